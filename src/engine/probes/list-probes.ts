import type { BinaryProbes } from '../../model/binary-probes.ts';
import { explainAbsence } from '../../model/explain-absence.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import { err, type Result } from '../../model/result.ts';
import type { KeptProbes } from '../../module/cache/kept-probes.ts';
import { type SurveyOptions, surveyTargets } from '../fleet/survey.ts';
import { createProbesReader } from './create-probes-reader.ts';

export interface ListOptions extends SurveyOptions {
  readonly probedPaths: (host: HostName) => readonly string[];
  readonly kept: KeptProbes;
}

/** A file of a host, or why nothing can be said of it; a host that could not be asked has no path. */
export interface ListedFile {
  readonly host: HostName;
  readonly path?: string;
  readonly result: Result<BinaryProbes, Failure & { readonly kind: 'failed' | 'unreachable' }>;
}

/**
 * Reads what the files of hosts offer to scripts: of each build-id once, from the first host that lets itself be read, or from what
 * is kept of an earlier time. Changes nothing on them.
 */
export async function listProbes(hosts: readonly Host[], options: ListOptions): Promise<readonly ListedFile[]> {
  const surveyed = await surveyTargets(hosts, { packages: [], commands: [] }, options);
  const read = createProbesReader(options);
  const listed = await Promise.all(
    surveyed.map(async (one): Promise<readonly ListedFile[]> => {
      const host = one.host.name;
      if (one.kind !== 'ready') return [{ host, result: err({ ...one.failure, kind: one.kind }) }];
      return Promise.all(
        (one.binaries ?? []).map(async (facts): Promise<ListedFile> => {
          const { path } = facts;
          if (facts.state !== 'present')
            return {
              host,
              path,
              result: failedAt({ stage: 'probe', ...explainAbsence({ path, state: facts.state }) }),
            };
          const probes = await read(facts, one);
          return { host, path, result: probes.ok ? probes : failedAt(probes.error) };
        }),
      );
    }),
  );
  return listed.flat();
}

function failedAt(failure: Failure): ListedFile['result'] {
  return err({ ...failure, kind: 'failed' });
}
