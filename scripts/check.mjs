// `npm run check`: everything about the code that can be said without running it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findPrograms } from './embed-shell.mjs';
import { tellFigures } from './figures.mjs';

const steps = [
  // What takes longest begins first.
  ['types', 'npx', ['tsc', '--project', '.']],
  ['generated files', 'node', ['scripts/generate.mjs', '--check']],
  ["types of the page's script", 'npx', ['tsc', '--project', 'src/report/page/client']],
  [
    'lint and format',
    'npx',
    ['biome', 'ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '--error-on-warnings', '.'],
  ],
  ['boundaries', 'node', ['scripts/check-boundaries.mjs']],
  ['dead code', 'npx', ['knip']],
  [
    'shell',
    'sh',
    ['-c', 'find scripts test .ci -type f \\( -name "*.sh" -o -path .ci/run \\) -print0 | xargs -0 shellcheck -x'],
  ],
  // With what each takes in: alone, a part does not know what it is given.
  ['scripts for other machines', 'shellcheck', ['-s', 'sh', '-x', '-a', ...findPrograms()]],
];

const waiting = [...steps];
const failed = [];
// Most of them keep one CPU busy.
await Promise.all([takeSteps(), takeSteps()]);
tellFigures({ passed: steps.length - failed.length, failed: failed.length, failures: failed });

async function takeSteps() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const [name, command, args] = step;
    const started = performance.now();
    const { code, said } = await run(command, args);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${said}${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds}s)\n`);
    if (code !== 0) failed.push(`check: ${name}`);
  }
}

/** What it says comes in one piece, since another speaks meanwhile. */
async function run(command, args) {
  const env = { ...process.env, NPM_CONFIG_LOGLEVEL: 'error' };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, said: stdout + stderr };
}
