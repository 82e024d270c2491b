import { optional } from '../model/optional.ts';
import type { TargetProcess } from '../model/target-process.ts';
import type { Script } from './playbook.ts';
import type { Resolving } from './resolving.ts';
import type { Script as WrittenScript } from './written-playbook.ts';

const ways = ['pid', 'name', 'pidfile', 'service'] as const satisfies readonly TargetProcess['by'][];

/** Whether a key of `target_process` says how the process is found. */
export function isWay(key: unknown): key is TargetProcess['by'] {
  return ways.some(way => way === key);
}

/** Resolves how a script's process is found; undefined where nothing says so, or where it cannot be used (which is reported). */
export function resolveTargetProcess(
  written: WrittenScript['target_process'],
  path: readonly (string | number)[],
  { tree, report, isKnown }: Resolving,
): Script['targetProcess'] {
  if (written === undefined || !isKnown(path) || !ways.every(way => isKnown([...path, way]))) return undefined;
  const { which } = written;
  const [by, second] = ways.filter(way => written[way] !== undefined);
  if (by === undefined || second !== undefined) {
    report({
      severity: 'error',
      code: 'which-process',
      message: by === undefined ? 'target_process names no process' : `target_process has both ${by} and ${second}`,
      cure: by === undefined ? 'add name: to it, or service, pidfile or pid' : 'take one of them away',
      place: by === undefined ? tree.place([...path, 'which'], 'key') : tree.place([...path, second ?? by], 'key'),
    });
    return undefined;
  }
  if (which !== undefined && by !== 'name') {
    report({
      severity: 'error',
      code: 'no-effect',
      message: `which has no meaning beside ${by}, which names one process only`,
      cure: 'take it away',
      place: tree.place([...path, 'which'], 'key'),
    });
  }
  const value = written[by];
  if (value === undefined) return undefined;
  return { by, value: { value, place: tree.place([...path, by], 'value') }, ...optional('which', which) };
}
