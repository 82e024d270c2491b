import { readBinaryProbes } from '../../elf/read-binary-probes.ts';
import { remoteFile } from '../../facts/remote-file.ts';
import type { PresentBinary } from '../../model/binary.ts';
import type { BinaryProbes } from '../../model/binary-probes.ts';
import { commandLimitMs } from '../../model/host.ts';
import type { ElfBuildId } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { KeptProbes } from '../../module/cache/kept-probes.ts';
import type { Surveyed, SurveyOptions } from '../fleet/survey.ts';

export interface ReaderOptions extends Pick<SurveyOptions, 'fleet' | 'signal'> {
  readonly kept: KeptProbes;
}

export type ProbesReader = (binary: PresentBinary, host: Ready) => Promise<Result<BinaryProbes, Failure>>;

type Ready = Extract<Surveyed, { kind: 'ready' }>;

/**
 * Reads what files of hosts offer to scripts: of each build-id once, from the first host that lets itself be read, or from what is
 * kept of an earlier time. Changes nothing on them. Throws only the reason of `signal`.
 */
export function createProbesReader(options: ReaderOptions): ProbesReader {
  const readings = new Map<ElfBuildId, Promise<Result<BinaryProbes, Failure>>>();
  return (binary, host) => {
    const earlier = readings.get(binary.buildId);
    const reading =
      earlier === undefined
        ? readOnce(binary, host, options)
        : earlier.then(result => (result.ok ? result : readOnce(binary, host, options)));
    readings.set(binary.buildId, reading);
    return reading;
  };
}

async function readOnce(
  binary: PresentBinary,
  { host, facts }: Ready,
  { fleet, signal, kept }: ReaderOptions,
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
