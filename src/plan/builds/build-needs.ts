import { optional } from '../../model/optional.ts';
import { joinNeeds, type ScriptNeeds } from '../../model/script-needs.ts';
import type { StapOptions } from '../../playbook/playbook.ts';
import { joinOptions, type KernelConfig } from '../plan-script.ts';
import type { ReadyTarget } from '../target.ts';

/** What a target's scripts and stap options need on a build host. */
export interface BuildNeeds extends ScriptNeeds {
  /**
   * `compile-server`: stap on the build host only asks a server, and needs nothing of the kernel itself. `sysroot`: the
   * tree is below a folder that no probe looks into.
   */
  readonly builtBy?: 'compile-server' | 'sysroot';
  /** The playbook's names for another machine and its compiler. */
  readonly arch?: string;
  readonly crossCompile?: string;
  /** The path of the key that modules are signed with. */
  readonly signingKey?: string;
}

type Circumstances = Omit<BuildNeeds, keyof ScriptNeeds>;

/** Stap options change the needs only if all of a target's scripts have them. */
export function buildNeeds(
  { scripts, needs }: Pick<ReadyTarget, 'scripts' | 'needs'>,
  { rule, sign }: KernelConfig,
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

/** The needs of several targets of one build host. Again, an option counts only if all have it. */
export function joinBuildNeeds(all: readonly BuildNeeds[]): BuildNeeds {
  return { ...joinNeeds(all), ...common(all) };
}

function withOptions(need: ScriptNeeds, options: Omit<StapOptions, 'tapsets'> | undefined): ScriptNeeds {
  if (options?.useServer !== undefined) return { ...need, debuginfo: 'no', symbols: 'no' };
  if (options?.debuginfod === undefined) return need;
  return { ...need, debuginfo: leaveToServer(need.debuginfo), symbols: leaveToServer(need.symbols) };
}

/** The options that all have with the same value. */
function common(all: readonly Circumstances[]): Circumstances {
  const [first] = all;
  const shared = <Key extends keyof Circumstances>(key: Key): Circumstances[Key] | undefined =>
    all.every(other => other[key] === first?.[key]) ? first?.[key] : undefined;
  return {
    ...optional('builtBy', shared('builtBy')),
    ...optional('arch', shared('arch')),
    ...optional('crossCompile', shared('crossCompile')),
    ...optional('signingKey', shared('signingKey')),
  };
}

/** Whether a debuginfod server has it, only the build shows. */
function leaveToServer(need: ScriptNeeds['debuginfo']): ScriptNeeds['debuginfo'] {
  return need === 'yes' ? 'unknown' : need;
}
