import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addFigures, runStep } from './figures.mjs';
import { textTable } from './text-table.mjs';

/** Runs vitest with these arguments as a step, by this Node: its figures, and what each test file took. */
export function runVitest(name, args, node = process.execPath) {
  const folder = mkdtempSync(join(tmpdir(), 'tapbook-test-'));
  const path = join(folder, 'times.json');
  // What fails once in a thousand times must not cost a whole run of an hour; it is told at the end, and not only counted as passed.
  const again = '--retry=1';
  const reporters = ['--reporter=default', '--reporter=./scripts/time-reporter.mjs'];
  const argv = [node, 'node_modules/vitest/vitest.mjs', 'run', again, ...reporters, ...args];
  const step = runStep(name, argv, { TAPBOOK_TEST_TIMES: path });
  const { files, unhandled, failures, unsteady } = readTimes(path);
  rmSync(folder, { recursive: true });
  const { passed, failed, skipped } = addFigures(files);
  // A run may fail without a test that does: by an error that nobody has caught, or since there is no test at all.
  const atLeast = step.failed === 0 && passed > 0 ? 0 : 1;
  const known = failures.length > 0 ? failures : step.failures;
  return { ...step, passed, failed: Math.max(failed + unhandled, atLeast), skipped, files, failures: known, unsteady };
}

function readTimes(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    process.stdout.write('vitest wrote no report\n');
    return { files: [], unhandled: 0, failures: [], unsteady: [] };
  }
}

/** Where the time went: the slowest files, those that are left in one row, then the steps. Files run side by side, steps do not. */
export function printTimes(files, steps) {
  const most = 25;
  const slowest = files.toSorted((left, right) => right.seconds - left.seconds);
  const row = (name, { seconds, loadSeconds, passed, failed }) => [name, seconds, loadSeconds, `${passed + failed}`];
  const rows = slowest.slice(0, most).map(one => row(one.file, one));
  const rest = slowest.slice(most);
  if (rest.length > 0) {
    const loadSeconds = rest.reduce((all, one) => all + one.loadSeconds, 0);
    rows.push(row(`${rest.length} more`, { ...addFigures(rest), loadSeconds }));
  }
  if (rows.length > 0) process.stdout.write(`\n${textTable([['test file', 'seconds', 'loading', 'tests'], ...rows])}`);
  process.stdout.write(`\n${textTable([['step', 'seconds'], ...steps.map(one => [one.name, one.seconds])])}\n`);
}
