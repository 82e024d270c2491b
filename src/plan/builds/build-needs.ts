import { optional } from '../../model/optional.ts';
import { joinNeeds, type ScriptNeeds } from '../../model/script-needs.ts';
import type { StapOptions } from '../../playbook/playbook.ts';
import { joinOptions, type KernelWords } from '../plan-script.ts';
import type { ReadyTarget } from '../target.ts';

/** What a target's scripts ask of a build host, with what their play tells stap. */
export interface BuildNeeds extends ScriptNeeds {
  /**
   * `compile-server`: stap on the build host only asks one, and needs nothing of the kernel itself; `sysroot`: its tree is
   * below a folder that nobody has looked into.
   */
  readonly builtBy?: 'compile-server' | 'sysroot';
  /** The words for another machine, where they are not the usual ones. */
  readonly arch?: string;
  readonly crossCompile?: string;
  /** Where the key lies that modules are signed with. */
  readonly signingKey?: string;
}

type Circumstances = Omit<BuildNeeds, keyof ScriptNeeds>;

/** Only what holds for all of a target's scripts changes what is needed. */
export function buildNeeds(
  { scripts, needs }: Pick<ReadyTarget, 'scripts' | 'needs'>,
  { rule, sign }: KernelWords,
): BuildNeeds {
  const options = scripts.map(({ script }) => joinOptions(rule?.stapOptions ?? {}, script.stapOptions));
  const circumstances = options.map(
    ({ arch, crossCompile, sysroot, useServer }): Circumstances => ({
      ...(useServer !== undefined
        ? { builtBy: 'compile-server' }
        : sysroot !== undefined
          ? { builtBy: 'sysroot' }
          : {}),
      ...optional('arch', arch),
      ...optional('crossCompile', crossCompile),
    }),
  );
  return {
    ...joinNeeds(needs.map((need, index) => withOptions(need, options[index]))),
    ...common(circumstances),
    ...optional('signingKey', sign?.key),
  };
}

/** What several targets ask of one build host: a compile server is enough only where it is for all of them. */
export function joinBuildNeeds(all: readonly BuildNeeds[]): BuildNeeds {
  return { ...joinNeeds(all), ...common(all) };
}

function withOptions(need: ScriptNeeds, options: Omit<StapOptions, 'tapsets'> | undefined): ScriptNeeds {
  if (options?.useServer !== undefined) return { ...need, debuginfo: 'no', symbols: 'no' };
  if (options?.debuginfod === undefined) return need;
  return { ...need, debuginfo: whatIsFetched(need.debuginfo), symbols: whatIsFetched(need.symbols) };
}

/** What they all say, in the same words. */
function common(all: readonly Circumstances[]): Circumstances {
  const [first] = all;
  const said = <Key extends keyof Circumstances>(key: Key): Circumstances[Key] | undefined =>
    all.every(other => other[key] === first?.[key]) ? first?.[key] : undefined;
  return {
    ...optional('builtBy', said('builtBy')),
    ...optional('arch', said('arch')),
    ...optional('crossCompile', said('crossCompile')),
    ...optional('signingKey', said('signingKey')),
  };
}

/** Whether a debuginfod server has it, stap will see. */
function whatIsFetched(need: ScriptNeeds['debuginfo']): ScriptNeeds['debuginfo'] {
  return need === 'yes' ? 'unknown' : need;
}
