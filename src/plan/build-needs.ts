import { joinNeeds, type ScriptNeeds } from '../model/script-needs.ts';
import type { KernelRule } from '../playbook/playbook.ts';
import { joinOptions } from './plan-script.ts';
import type { ReadyTarget } from './target.ts';

/** What a target's scripts ask of a build host, with what their play tells stap. */
export interface BuildNeeds extends ScriptNeeds {
  /** `compile-server`: stap on the build host only asks one, and needs nothing of the kernel itself. */
  readonly builtBy?: 'compile-server';
  /** The prefix of the cross compiler, where it is not the usual one. */
  readonly crossCompile?: string;
}

/** Only what holds for all of its scripts changes what is needed. */
export function buildNeeds(
  { scripts, needs }: Pick<ReadyTarget, 'scripts' | 'needs'>,
  rule: KernelRule | undefined,
): BuildNeeds {
  const options = scripts.map(({ script }) => joinOptions(rule?.stapOptions ?? {}, script.stapOptions));
  const [first] = options;
  if (first === undefined) return needs;
  const { crossCompile } = first;
  const isFetched = options.every(({ debuginfod }) => debuginfod !== undefined);
  return {
    ...needs,
    ...(isFetched ? { debuginfo: whatIsFetched(needs.debuginfo), symbols: whatIsFetched(needs.symbols) } : {}),
    ...(options.every(({ useServer }) => useServer !== undefined) ? { builtBy: 'compile-server' } : {}),
    ...(crossCompile !== undefined && options.every(other => other.crossCompile === crossCompile)
      ? { crossCompile }
      : {}),
  };
}

/** What several targets ask of one build host: a compile server is enough only where it is for all of them. */
export function joinBuildNeeds(all: readonly BuildNeeds[]): BuildNeeds {
  const [first] = all;
  const isSame = (key: 'builtBy' | 'crossCompile'): boolean => all.every(needs => needs[key] === first?.[key]);
  return {
    ...joinNeeds(all),
    ...(first?.builtBy !== undefined && isSame('builtBy') ? { builtBy: first.builtBy } : {}),
    ...(first?.crossCompile !== undefined && isSame('crossCompile') ? { crossCompile: first.crossCompile } : {}),
  };
}

/** Whether a debuginfod server has it, stap will see. */
function whatIsFetched(need: ScriptNeeds['debuginfo']): ScriptNeeds['debuginfo'] {
  return need === 'yes' ? 'unknown' : need;
}
