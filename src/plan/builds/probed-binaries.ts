import type { BinaryFacts, ProbedBinary, UnsureBinary } from '../../model/binary.ts';
import { optional } from '../../model/optional.ts';
import type { ProbedFiles } from '../../script/read-probed-files.ts';

/** The files of a host for which the module of a script has breakpoints, sorted by path. What the host has not is left out. */
export function probedBinaries(
  { paths }: Pick<ProbedFiles, 'paths'>,
  facts: readonly BinaryFacts[] = [],
): readonly ProbedBinary[] {
  const probed = new Set(paths.flatMap(({ path, use }) => (use === 'breakpoints' ? [path] : [])));
  return facts
    .flatMap((one): ProbedBinary[] => {
      if (one.state !== 'present' || !probed.has(one.path)) return [];
      return [{ path: one.path, ...optional('realPath', one.realPath), buildId: one.buildId }];
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** What the text of a script does not tell of the files that it has breakpoints in. */
export function unsureBinaries({ buildIds, unsure }: Omit<ProbedFiles, 'paths'>): readonly UnsureBinary[] {
  return [
    ...unsure.flatMap(({ text, why, use }) => (use === 'breakpoints' ? [{ text, why }] : [])),
    ...buildIds.flatMap(({ buildId, use }) =>
      use === 'breakpoints'
        ? [
            {
              text: `process("${buildId}")`,
              why: 'names a build-id: debuginfod or the build host has to have its file',
            },
          ]
        : [],
    ),
  ];
}
