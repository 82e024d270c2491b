import { readBinaryProbes } from '../../elf/read-binary-probes.ts';
import { remoteFile } from '../../facts/remote-file.ts';
import type { PresentBinary } from '../../model/binary.ts';
import type { BinaryProbes } from '../../model/binary-probes.ts';
import { explainAbsence } from '../../model/explain-absence.ts';
import { commandLimitMs, type Host } from '../../model/host.ts';
import type { ElfBuildId, HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { KeptProbes } from '../../module/cache/kept-probes.ts';
import { type Surveyed, type SurveyOptions, surveyTargets } from '../fleet/survey.ts';

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
  const readings = new Map<ElfBuildId, Promise<Result<BinaryProbes, Failure>>>();
  const read = (binary: PresentBinary, one: Ready): Promise<Result<BinaryProbes, Failure>> => {
    const earlier = readings.get(binary.buildId);
    const reading =
      earlier === undefined
        ? readOnce(binary, one, options)
        : earlier.then(result => (result.ok ? result : readOnce(binary, one, options)));
    readings.set(binary.buildId, reading);
    return reading;
  };
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

type Ready = Extract<Surveyed, { kind: 'ready' }>;

function failedAt(failure: Failure): ListedFile['result'] {
  return err({ ...failure, kind: 'failed' });
}

async function readOnce(
  binary: PresentBinary,
  { host, facts }: Ready,
  { fleet, signal, kept }: ListOptions,
): Promise<Result<BinaryProbes, Failure>> {
  const { path, buildId, bytes } = binary;
  const seen = { path, host: host.name, at: Date.now() };
  const known = await kept.find(buildId);
  if (known !== undefined) {
    await kept.keep(known, seen);
    return ok(known);
  }
  if (bytes === undefined) return err({ stage: 'probe', cause: `the host does not say how large ${path} is` });
  using _held = fleet.hold(host.name);
  const connection = await fleet.open(host);
  if (!connection.ok) return connection;
  const as = facts.becomeUser === undefined ? 'login-user' : 'become-user';
  const source = remoteFile(connection.value, { path, size: bytes, as, signal, limitMs: commandLimitMs(host) });
  const probes = await readBinaryProbes(source);
  if (!probes.ok) return err({ stage: 'probe', cause: `${path}: ${printableLine(probes.error, 300)}` });
  if (probes.value.buildId !== buildId) {
    return err({ stage: 'probe', cause: `${path} was replaced while it was read`, cure: 'try again' });
  }
  await kept.keep(probes.value, seen);
  return probes;
}
