import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

/**
 * The plain last line of a suite, and before it what has failed: whoever sees no more than the end of a long log has it there. For
 * whoever runs it as a step, the figures go to the file that TAPBOOK_FIGURES names, too.
 */
export function tellFigures({ passed, failed, skipped = 0, failures = [], unsteady = [] }) {
  tellList('passed only when tried again, so that the test or what it tests is to be mended', unsteady);
  tellList('failed', failures);
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  const path = process.env.TAPBOOK_FIGURES;
  if (path !== undefined) writeFileSync(path, JSON.stringify({ passed, failed, skipped, failures, unsteady }));
  process.exitCode = failed === 0 ? 0 : 1;
}

function tellList(heading, some) {
  if (some.length > 0) process.stdout.write(`${heading}:\n${some.map(one => `- ${one}\n`).join('')}\n`);
}

/**
 * Runs a program of ours as a step: what it took, in seconds, and its figures. One that tells none has passed nothing, and has
 * failed once where its exit code is not 0.
 */
export function runStep(name, [program, ...args], env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tapbook-step-'));
  const path = join(folder, 'figures');
  const began = performance.now();
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env, TAPBOOK_FIGURES: path },
  });
  const { passed, failed, skipped, failures, unsteady } = readFigures(path);
  rmSync(folder, { recursive: true });
  return {
    ...{ name, seconds: (performance.now() - began) / 1000, passed, skipped, unsteady },
    failed: status === 0 ? failed : Math.max(failed, 1),
    failures: status !== 0 && failures.length === 0 ? [`${name} ended with ${status}`] : failures,
  };
}

function readFigures(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
  }
}

/** What several came to. */
export function addFigures(some) {
  const sum = key => some.reduce((all, one) => all + one[key], 0);
  const list = key => some.flatMap(one => one[key] ?? []);
  return {
    ...{ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), seconds: sum('seconds') },
    ...{ failures: list('failures'), unsteady: list('unsteady') },
  };
}
