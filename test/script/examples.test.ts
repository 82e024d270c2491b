import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { describeScript } from '../../src/script/describe-script.ts';
import { lintScript } from '../../src/script/lint-script.ts';
import { readProbedFiles } from '../../src/script/read-probed-files.ts';

/**
 * SystemTap's own example scripts, about 200 of them, all of which stap takes: nothing that is said of them may be an
 * error. They come from TAPBOOK_STP_EXAMPLES, the installed package, or Debian's systemtap-doc by this machine's apt,
 * unpacked once into the cache.
 */
const run = promisify(execFile);
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tapbook-tests', 'systemtap-doc');

let scripts: readonly string[] = [];
beforeAll(async () => {
  scripts = await findExamples();
}, 120_000);

test("no error is found in SystemTap's own scripts, used as they are meant", async context => {
  if (scripts.length === 0)
    context.skip('no examples: neither TAPBOOK_STP_EXAMPLES, systemtap-doc nor apt-get has them');
  const counts: Record<string, number> = {};
  const errors: string[] = [];
  for (const path of scripts) {
    const source = { path, text: await readFile(path, 'utf8') };
    const whole = describeScript(source);
    const args = Math.max(0, ...whole.arguments.map(({ number }) => number));
    const place = { file: 'play.yml', line: 1, column: 1, endColumn: 2, text: 'x' };
    for (const text of ['5', undefined]) {
      const found = lintScript(source, {
        name: 'example',
        place,
        args: Array.from({ length: args }, () => ({ text, place })),
        globals: {},
        run: { kind: whole.end.callsExit ? 'until-exit' : 'duration', seconds: 86_400 },
        guru: 'yes',
        targetProcess: 'none',
        stapOptions: new Set(),
        tapsets: [],
        longestString: 127,
        kernels: [],
      });
      // One script names no program, since it is meant for stap -c; tapsets and a file of functions have no probe.
      const isMeant = ({ code }: Diagnostic): boolean =>
        code === 'no-program'
          ? path.endsWith('/ltrace.stp')
          : code === 'no-probe' && /\/(?:tapset\/[^/]+|tutorial\/functions\.stp)$/.test(path);
      const wrong = found.filter(one => one.severity === 'error' && !isMeant(one));
      errors.push(...wrong.map(say));
      if (text !== undefined) for (const { code } of found) counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  const said = Object.entries(counts).map(([code, count]) => `${count} ${code}`);
  console.info(`${scripts.length} example scripts; warnings: ${said.join(', ')}`);
  expect(errors).toEqual([]);
});

test("SystemTap's own scripts probe the files that a search for their names finds", async context => {
  if (scripts.length === 0) context.skip('no examples, as above');
  const differing: string[] = [];
  let files = 0;
  for (const path of scripts) {
    const text = await readFile(path, 'utf8');
    const { paths, buildIds, unsure } = readProbedFiles(text);
    // A tapset's own aliases are probed where a script uses them.
    if (paths.length + unsure.length === 0 && /\/tapset\//.test(path)) continue;
    const named = unsure.filter(({ kind }) => /^(?:by-name|wildcard|relative)$/.test(kind));
    const told = [...paths.map(one => one.path), ...named.map(one => one.text), ...buildIds.map(one => one.buildId)];
    const code = text.replace(/^\s*(?:#|\/\/).*$/gm, '').replace(/(?<![^\s])\/\*[\s\S]*?\*\//g, '');
    const found = code.matchAll(/\b(?:process|library)\s*\(\s*"([^"]*)"/g);
    const searched = [...found].map(([, name]) => name ?? '');
    files += new Set(searched).size;
    const missing = searched.filter(name => !told.includes(name));
    const more = told.filter(name => !searched.includes(name));
    if (missing.length + more.length > 0) differing.push(`${path}: -${missing.join(' ')} +${more.join(' ')}`);
  }
  console.info(`${files} names of programs and libraries`);
  expect(differing).toEqual([]);
});

function say({ code, message, place }: Diagnostic): string {
  return `${place?.file}:${place?.line}:${place?.column} ${code}: ${message}`;
}

async function findExamples(): Promise<readonly string[]> {
  const given = process.env['TAPBOOK_STP_EXAMPLES'];
  const installed = ['/usr/share/systemtap/examples', '/usr/share/doc/systemtap/examples'];
  for (const folder of given === undefined ? [...installed, cache] : [given]) {
    const found = await listScripts(folder);
    if (found.length > 0) return found;
  }
  return given === undefined && (await fetchPackage()) ? listScripts(cache) : [];
}

async function listScripts(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  return names
    .filter(name => name.endsWith('.stp'))
    .sort()
    .map(name => join(folder, name));
}

/** Whether it could be got. What is half unpacked never stands in the cache. */
async function fetchPackage(): Promise<boolean> {
  await mkdir(join(cache, '..'), { recursive: true });
  const work = await mkdtemp(join(cache, '..', 'unpack-'));
  try {
    await run('apt-get', ['download', 'systemtap-doc'], { cwd: work, timeout: 100_000 });
    const [deb] = (await readdir(work)).filter(name => name.endsWith('.deb'));
    await run('dpkg-deb', ['--extract', deb ?? '', join(work, 'tree')], { cwd: work, timeout: 60_000 });
    await rename(join(work, 'tree/usr/share'), cache);
    return true;
  } catch {
    return access(cache).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
