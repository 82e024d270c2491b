import { isBinaryAbsence, parseElfBuildId } from '../model/binary.ts';
import { optional } from '../model/optional.ts';
import type { BuilderBinary } from './host-facts.ts';
import type { Pairs } from './read-pairs.ts';

/** Reads what `ask-files.sh` said of these paths, in their order. A path of which it said nothing that can be read is left out. */
export function parseBuilderBinaries(pairs: Pairs, paths: readonly string[]): readonly BuilderBinary[] {
  const states = byIndex(pairs.get('binary'));
  const links = byIndex(pairs.get('binary.real'));
  return paths.flatMap((path, index): readonly BuilderBinary[] => {
    const [state, id = ''] = states.get(index)?.split(' ') ?? [];
    const realPath = optional('realPath', links.get(index));
    if (isBinaryAbsence(state)) return [{ path, state, ...realPath }];
    const buildId = parseElfBuildId(id);
    return state === 'present' && buildId !== undefined ? [{ path, state, buildId, ...realPath }] : [];
  });
}

/** Of `INDEX TEXT` the text, by the index. */
function byIndex(values: readonly string[] = []): ReadonlyMap<number, string> {
  return new Map(
    values.flatMap(value => {
      const [, index, text] = /^(\d{1,6}) (.+)$/.exec(value) ?? [];
      return index === undefined || text === undefined ? [] : [[Number(index), text] as const];
    }),
  );
}
