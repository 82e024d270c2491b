import { openPlays } from '../../engine/sources/open-plays.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { Provenance } from '../../engine/sources/read-provenance.ts';
import { provenanceOf, requireClean } from '../../engine/sources/require-clean.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { PlanOptions } from '../arguments/options/plan-options.ts';
import { withPasswords } from '../asking/passwords.ts';
import { sayWarnings } from '../say-refusal.ts';

export interface OpenSource {
  readonly source: PlaySource;
  readonly provenance: Provenance;
}

/**
 * What is to be planned or run, and what git says of it; with `--require-clean` only what is as it was committed. `object` says
 * what else speaks against it. Its warnings are said, but for `--quiet`.
 */
export async function openSource(
  path: string,
  options: PlanOptions,
  signal: AbortSignal,
  object: (source: PlaySource) => Refusal | undefined = () => undefined,
): Promise<Result<OpenSource, Refusal>> {
  const opened = await openPlays(path, withPasswords(options), signal);
  if (!opened.ok) return opened;
  const source = opened.value;
  const refused = object(source);
  if (refused !== undefined) return err(refused);
  if (!options.quiet) sayWarnings(source.warnings, options.format);
  const provenance = await provenanceOf(source, signal);
  const unclean = options.requireClean ? await requireClean(source, provenance) : [];
  return unclean.length > 0 ? err(refuseInput(unclean)) : ok({ source, provenance });
}
