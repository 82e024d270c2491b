import type { BinaryPolicy, ProbedBinary } from '../../model/binary.ts';
import type { EventSink } from '../../model/event.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Connection } from '../../transport/transport.ts';
import type { BinaryPart, StoredBinary } from './binary-store.ts';
import type { BinarySupply } from './binary-supply.ts';
import { findBinaries } from './find-binaries.ts';
import { keepBinary } from './keep-binary.ts';

export interface ProvideOptions {
  readonly supply: BinarySupply;
  readonly binaryPolicy?: BinaryPolicy | undefined;
  /** What is sent to build hosts: by build host, part and build-id. */
  readonly sent: Map<string, Promise<Result<void, Failure>>>;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that a build host has the binaries that a build's script probes, the very ones of its targets: its own, those that it was
 * sent before, or those of a target. Resolves to those that have to be put into a sysroot for stap: none where all are at their
 * paths there anyhow. Throws only the reason of `signal`.
 */
export async function provideBinaries(
  { binaries = [], hosts, options }: Pick<PlannedBuild, 'binaries' | 'hosts' | 'options'>,
  { name, connection }: { readonly name: HostName; readonly connection: Connection },
  provide: ProvideOptions,
): Promise<Result<readonly ProbedBinary[], Failure>> {
  if (binaries.length === 0) return ok([]);
  const { sysroot } = options;
  const { signal } = provide;
  const found = await findBinaries(connection, binaries, { sysroot, signal });
  const failure = (cause: string, cure?: string): Result<never, Failure> =>
    err(cure === undefined ? failureAt('build', { cause }) : failureAt('build', { cause, cure }));
  if (!found.ok) return failure(`it cannot be found out which binaries ${name} has: ${found.error}`);
  const states = found.value;
  if (states.every(state => state === 'own')) return ok([]);
  if (sysroot !== undefined) {
    const lacking = binaries.filter((_, index) => states[index] !== 'own').map(({ path }) => printableLine(path, 200));
    return failure(
      `${name} does not have the targets' ${lacking.join(', ')} below ${sysroot}`,
      'put it there, or leave stap_options.sysroot out: then tapbook makes one',
    );
  }
  for (const [index, binary] of binaries.entries()) {
    if (states[index] !== 'absent') continue;
    const given = await giveOnce(binary, hosts, { name, connection }, provide);
    if (!given.ok) return given;
  }
  return ok(binaries);
}

interface BuildHost {
  readonly name: HostName;
  readonly connection: Connection;
}

/** One build-id is sent to a build host once. */
function giveOnce(
  binary: ProbedBinary,
  hosts: readonly HostName[],
  buildHost: BuildHost,
  provide: ProvideOptions,
): Promise<Result<void, Failure>> {
  const which = `${buildHost.name} ${binary.buildId}`;
  const before = provide.sent.get(which);
  if (before !== undefined) return before;
  const giving = give(binary, hosts, buildHost, provide);
  provide.sent.set(which, giving);
  // Another build may do it with other hosts, or over another connection.
  const forget = (): void => void provide.sent.delete(which);
  giving.then(given => (given.ok ? undefined : forget()), forget);
  return giving;
}

async function give(
  binary: ProbedBinary,
  hosts: readonly HostName[],
  buildHost: BuildHost,
  provide: ProvideOptions,
): Promise<Result<void, Failure>> {
  const { supply, binaryPolicy: policy, events, signal } = provide;
  const { buildId } = binary;
  const stored = await supply.provide(binary, { hosts, buildHost: buildHost.name, policy, events, signal });
  if (!stored.ok) return stored;
  const sent = await send(binary, 'binary', stored.value, buildHost, provide);
  if (!sent.ok) return sent;
  const debuginfo = await supply.findDebuginfo(buildId);
  if (debuginfo === undefined) return ok(undefined);
  return send(binary, 'debuginfo', debuginfo, buildHost, provide);
}

async function send(
  { path, buildId }: ProbedBinary,
  part: BinaryPart,
  binary: StoredBinary,
  { name, connection }: BuildHost,
  { events, signal }: ProvideOptions,
): Promise<Result<void, Failure>> {
  const startedMs = performance.now();
  const kept = await keepBinary(connection, { binary, buildId, part, signal, limitMs: sendLimitMs });
  const what = printableLine(part === 'binary' ? path : `the debuginfo of ${path}`, 200);
  if (!kept.ok) {
    return err(
      failureAt('build', {
        cause: `${what} (${formatBytes(binary.bytes)}) cannot be sent to ${name}: ${kept.error}`,
        cure: `see whether its user can write to ~/.cache there, and how much room there is; or install the package of the targets on ${name}`,
      }),
    );
  }
  const seconds = (performance.now() - startedMs) / 1000;
  events.emit({ kind: 'binary-sent', path, buildId, buildHost: name, bytes: binary.bytes, seconds });
  return ok(undefined);
}

const sendLimitMs = 30 * 60_000;
