// `npm test [unit|cli|lab …]`: sets up what is needed, runs the tests, and ends with a line that says how many passed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const named = process.argv.slice(2);
const projects = named.length === 0 ? ['unit', 'cli', 'lab'] : named;
run('sh', ['scripts/setup.sh']);
if (projects.includes('lab')) run('bash', ['test/lab/lab.sh', 'up']);

const folder = mkdtempSync(join(tmpdir(), 'tapbook-test-'));
const report = join(folder, 'report.json');
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    ...projects.map(name => `--project=${name}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  { cwd: root, stdio: 'inherit' },
);
let result = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
try {
  result = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  process.stdout.write('vitest wrote no report\n');
}
rmSync(folder, { recursive: true });
const { numPassedTests: passed, numPendingTests: skipped } = result;
// A file that cannot be loaded has no failed test in it; it must count all the same.
const failed = result.numFailedTests || (status === 0 && passed > 0 ? 0 : 1);
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function run(command, args) {
  const { status: code } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (code !== 0) {
    process.stdout.write(`${command} ${args.join(' ')} failed\n0 passed, 1 failed\n`);
    process.exit(1);
  }
}
