// Makes a module (git-ignored) of each script for other machines: of src/…/NAME.sh comes NAME.generated.ts with its text, so that
// the bundle, the tests and tsx read it alike and none of them needs a loader for it. What the script takes in by a line
// `. ./OTHER.sh` stands in place of that line; the comment at the head of each file is for who reads it here, and is left out.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const source = join(import.meta.dirname, '../src');
const takenIn = /^[ \t]*\. (\.{1,2}\/\S+\.sh)$/gm;

/** Vitest calls it before its tests (`globalSetup`): what they test is what the files say now. */
export function setup() {
  embedShell();
}

/** Writes the modules of a folder's scripts that are not there yet, or say something else. */
export function embedShell(folder = source) {
  for (const path of findPrograms(folder)) {
    const name = basename(path, '.sh');
    const constant = `${name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())}Script`;
    const module = `export const ${constant}: string = ${JSON.stringify(textOf(path))};\n`;
    const target = join(dirname(path), `${name}.generated.ts`);
    if (readIfThere(target) !== module) writeFileSync(target, module);
  }
}

/** All scripts of a folder but those that others take in. */
export function findPrograms(folder = source) {
  const files = readdirSync(folder, { recursive: true }).filter(path => path.endsWith('.sh'));
  const all = files.map(path => join(folder, path));
  const parts = new Set(all.flatMap(path => partsOf(path)));
  return all.filter(path => !parts.has(path)).sort();
}

function partsOf(path) {
  return [...readFileSync(path, 'utf8').matchAll(takenIn)].map(([, part]) => resolve(dirname(path), part));
}

function textOf(path, above = []) {
  if (above.includes(path)) throw new Error(`${[...above, path].join(' takes in ')}`);
  return readFileSync(path, 'utf8')
    .replace(/^(#!.*\n)?(?:#.*\n)*\n*/, '$1')
    .replace(takenIn, (_, part) => textOf(resolve(dirname(path), part), [...above, path]).trimEnd());
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
