import type { Retention } from '../../history/prune/choose-runs-to-remove.ts';
import { pruneRuns } from '../../history/prune/prune-runs.ts';
import { parseDuration, parseSize } from '../../model/parse-amounts.ts';
import type { PlanOptions } from '../arguments/options/plan-options.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';

/**
 * Removes old runs from the history after a run, by $TAPBOOK_KEEP_RUNS, $TAPBOOK_KEEP_AGE and $TAPBOOK_KEEP_SIZE. An error
 * is only a warning: the run itself has not failed.
 */
export async function retainRuns({ format }: Pick<PlanOptions, 'format'>): Promise<void> {
  const { keep, wrong } = readRetention(process.env);
  const problems = [...wrong];
  try {
    problems.push(...(await pruneRuns(stateDirectory(), keep, 'remove')).failed);
  } catch (error) {
    problems.push((error as Error).message);
  }
  const [message] = problems;
  // With JSON, only events go to standard output.
  if (message === undefined || format === 'json') return;
  ownConsole.sayDiagnostics(
    [{ severity: 'warning', code: 'history', message: `the history was not made smaller: ${message}` }],
    'text',
  );
}

/** The limits of the environment, or the defaults. `0` means no limit. */
export function readRetention(env: NodeJS.ProcessEnv): { readonly keep: Retention; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  const read = (name: string, parse: (text: string) => number | undefined, fallback: number) => {
    const text = env[name];
    const value = text === undefined || text === '' ? fallback : parse(text);
    if (value === undefined) wrong.push(`${name}=${text} cannot be read`);
    return value === undefined || value === 0 ? Number.POSITIVE_INFINITY : value;
  };
  const whole = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  const runs = read('TAPBOOK_KEEP_RUNS', whole, 500);
  const seconds = read('TAPBOOK_KEEP_AGE', text => (text === '0' ? 0 : parseDuration(text)), 90 * 86_400);
  const bytes = read('TAPBOOK_KEEP_SIZE', text => (text === '0' ? 0 : parseSize(text)), 5e9);
  return { keep: { runs, ageMs: seconds * 1000, bytes }, wrong };
}
