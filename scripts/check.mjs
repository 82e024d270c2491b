// `npm run check`: everything about the code that can be said without running it.
import { spawnSync } from 'node:child_process';
import { findPrograms } from './embed-shell.mjs';
import { tellFigures } from './figures.mjs';

const steps = [
  ['generated files', 'node', ['scripts/generate.mjs', '--check']],
  ['types', 'npx', ['tsc', '--project', '.']],
  ["types of the page's script", 'npx', ['tsc', '--project', 'src/report/page/client']],
  ['lint and format', 'npx', ['biome', 'ci', '--error-on-warnings', '.']],
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

const failed = steps.filter(([name, command, args]) => {
  const started = performance.now();
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, NPM_CONFIG_LOGLEVEL: 'error' },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds}s)\n`);
  return status !== 0;
});
if (failed.length > 0) process.stdout.write(`check failed: ${failed.map(([name]) => name).join(', ')}\n`);
tellFigures({ passed: steps.length - failed.length, failed: failed.length });
