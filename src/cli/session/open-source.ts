import { openPlays } from '../../engine/sources/open-plays.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { Provenance } from '../../engine/sources/read-provenance.ts';
import { provenanceOf, requireClean } from '../../engine/sources/require-clean.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { PlanOptions } from '../arguments/options/plan-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { trustInFile } from '../asking/trust-in-file.ts';

/** Opens the playbook or the saved plan that is to be planned or run. */
export function openSource(
  path: string,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<Result<PlaySource, Refusal>> {
  return openPlays(path, { ...asRequest(options), expand: true, ...trustInFile(path, options) }, signal);
}

/** Asks git about the source. With `--require-clean`, uncommitted changes are refused. */
export async function askGit(
  source: PlaySource,
  options: Pick<PlanOptions, 'requireClean'>,
  signal: AbortSignal,
): Promise<Result<Provenance, Refusal>> {
  const provenance = await provenanceOf(source, signal);
  const unclean = options.requireClean ? await requireClean(source, provenance) : [];
  return unclean.length > 0 ? err(refuseInput(unclean)) : ok(provenance);
}
