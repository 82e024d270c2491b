import type { SourceFile } from '../model/source.ts';
import type { WantedProbe } from '../model/wanted-probe.ts';
import { literalTexts } from './literal-text.ts';
import { locateTokens } from './locate-tokens.ts';
import type { PointComponent } from './probe-components.ts';
import { probedPrograms } from './probed-programs.ts';

/**
 * The marks and functions that a script names in files with a path, in the order of the script. What it does not say for certain,
 * such as a name in an argument without a value, is left out. Never fails.
 */
export function readWantedProbes(
  source: SourceFile,
  args: readonly (string | undefined)[] = [],
  tapsets: readonly SourceFile[] = [],
): readonly WantedProbe[] {
  const at = locateTokens(source);
  return probedPrograms(source.text, args, tapsets).flatMap(
    ({ named, use, role, presence, point, token }): readonly WantedProbe[] => {
      if (named.kind !== 'path' || use !== 'breakpoints' || point === undefined) return [];
      const file = point.components.findIndex(({ word }) => word === (role === 'library' ? 'library' : 'process'));
      const behind = point.components.slice(file + 1);
      const wanted = behind.find(({ word }) => word === 'mark' || word === 'function');
      const name = wanted === undefined ? undefined : textOf(wanted);
      if (wanted === undefined || name === undefined) return [];
      const provider = behind.find(({ word }) => word === 'provider');
      const ofProvider = provider === undefined ? undefined : textOf(provider);
      if (provider !== undefined && ofProvider === undefined) return [];
      const [own] = wanted.argument ?? [];
      const place = at(own === undefined || own.start < 0 ? token : own);
      const common = { path: named.path, name, presence, place };
      if (wanted.word === 'function') return [{ ...common, kind: 'function' }];
      return [{ ...common, kind: 'mark', ...(ofProvider === undefined ? {} : { provider: ofProvider }) }];
    },
  );
}

/** Undefined where it is not one certain text. */
function textOf({ argument = [] }: PointComponent): string | undefined {
  const texts = literalTexts(argument);
  return texts?.length === 1 ? texts[0] : undefined;
}
