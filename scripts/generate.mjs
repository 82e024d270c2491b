// Makes code out of schemas/: validators for the program, and what tells whether events are whole (git-ignored), and the types of the written playbook (committed);
// one text each out of the style and the script of the report's page, and of the scripts for other machines (git-ignored);
// docs/reference (committed) and man/ (git-ignored) out of the program's own tables; the README's picture (committed) out of a
// recorded run.
// With --check no committed file is written; the exit code is 1 if one is stale.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { tsImport } from 'tsx/esm/api';
import { compileForms } from './compile-forms.mjs';
import { embedShell } from './embed-shell.mjs';

const root = new URL('..', import.meta.url).pathname;
const isCheck = process.argv.includes('--check');
const stale = [];
const read = path => readFileSync(`${root}${path}`, 'utf8');

// Only what the program reads is validated by it; what it prints is validated by its tests.
const playbook = JSON.parse(read('schemas/playbook.schema.json'));

const config = JSON.parse(read('schemas/config.schema.json'));

const playbookValidator = await makeValidator({ playbook: playbook.$id, config: config.$id }, [playbook, config], {
  allErrors: true,
  verbose: true,
});
// One that a program has written says no more than that it is none.
const savedPlan = JSON.parse(read('schemas/saved-plan.schema.json'));
const schemasOfPlan = [JSON.parse(read('schemas/plan.schema.json')), savedPlan];
const savedPlanValidator = await makeValidator({ savedPlan: savedPlan.$id }, schemasOfPlan, { inlineRefs: false });

// Each kind by itself: kept runs of newer versions have others too.
const event = JSON.parse(read('schemas/event.schema.json'));
const eventForms = compileForms(new Map([...schemasOfPlan, event].map(schema => [schema.$id, schema])), {
  id: event.$id,
  roots: Object.keys(event.$defs).filter(name => event.$defs[name].properties?.kind !== undefined),
  exported: 'eventForms',
  // Of plans; no reader of kept runs asks for them.
  absentInOlder: new Set(['canary', 'buildLimits', 'counted', 'failuresAllowed']),
});

// As an index signature the place for anchors would make every property's type meaningless.
for (const definition of Object.values(playbook.$defs)) delete definition.patternProperties;
// Without it the compiler writes {}, which would be anything but null.
playbook.$defs.play.properties.vars.tsType = 'Record<string, unknown>';
playbook.$defs.column.tsType = "string | Record<string, 'text' | 'integer' | 'number'>";
playbook.$defs.unwind.tsType = 'string[] | { modules?: string[]; libraries?: boolean; all_modules?: boolean }';
// The compiler knows no `if`.
const { title, description, then, else: word } = playbook.$defs.histograms;
playbook.$defs.histograms = { title, description, anyOf: [word, { type: 'object', ...then }] };
const types = await compile(playbook, 'WrittenPlaybook', {
  bannerComment: '// Generated from schemas/playbook.schema.json by `npm run generate`; edit the schema instead.',
  style: { singleQuote: true, printWidth: 120, bracketSpacing: true },
  additionalProperties: false,
  cwd: `${root}schemas`,
  unknownAny: true,
});

keep('src/playbook/written-playbook.ts', types, 'committed');
keep('src/document/validators.generated.js', playbookValidator, 'ignored');
keep('src/document/saved-plan-validator.generated.js', savedPlanValidator, 'ignored');
keep('src/history/read/event-forms.generated.js', eventForms, 'ignored');
keep('src/report/page/page-assets.generated.js', await makePageAssets(), 'ignored');
embedShell();

// The program's own modules are read for these, and they import what is generated above.
const { makeReference, makeManPages, makePicture } = await tsImport('./reference/make-reference.ts', import.meta.url);
keepFolder('docs/reference', makeReference(root), 'committed');
keep('docs/pictures/apply.svg', makePicture(root), 'committed');
keepFolder('man', makeManPages(root), 'ignored');
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')}; run: npm run generate\n`);
  process.exitCode = 1;
}

async function makeValidator(names, schemas, options) {
  const ajv = new Ajv.default({
    strict: true,
    strictTypes: false,
    schemas,
    code: { source: true, esm: true, lines: true },
    ...options,
  });
  // Only our own messages read these: what a pattern wants, in words; what is known but not
  // supported by this version, or is a key of something else; and whose options people may write as keys.
  ajv.addKeyword('patternHint');
  ajv.addKeyword('notYet');
  ajv.addKeyword('flags');
  ajv.addKeyword('elsewhere');
  const { outputFiles } = await build({
    stdin: { contents: standalone.default(ajv, names), resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return outputFiles[0].text;
}

/** What the page's policy allows it by is the hash of each text, just as it stands between its tags. */
async function makePageAssets() {
  const bundle = async entry => {
    const { outputFiles } = await build({
      entryPoints: [`${root}src/report/page/client/${entry}`],
      bundle: true,
      write: false,
      minify: true,
      charset: 'utf8',
      legalComments: 'inline',
      format: 'iife',
      target: 'es2022',
    });
    const text = outputFiles[0].text.trim();
    if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${entry} would end its element`);
    return { text, source: `'sha256-${createHash('sha256').update(text).digest('base64')}'` };
  };
  const style = await bundle('page.css');
  const script = await bundle('main.ts');
  const assets = {
    style: style.text,
    styleSource: style.source,
    script: script.text,
    scriptSource: script.source,
  };
  return `export const pageAssets = ${JSON.stringify(assets)};\n`;
}

/** All files of a folder: what is not made any more goes. */
function keepFolder(folder, files, kind) {
  mkdirSync(`${root}${folder}`, { recursive: true });
  for (const name of readdirSync(`${root}${folder}`)) {
    const path = `${folder}/${name}`;
    if (files.has(path)) continue;
    if (isCheck && kind === 'committed') stale.push(`${path} (to be removed)`);
    else rmSync(`${root}${path}`);
  }
  for (const [path, text] of files) keep(path, text, kind);
}

function keep(path, text, kind) {
  let before = '';
  try {
    before = read(path);
  } catch {
    // It is not there yet.
  }
  if (before === text) return;
  if (isCheck && kind === 'committed') stale.push(path);
  else {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, text);
  }
}
