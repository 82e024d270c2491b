import { type BinaryPolicy, type ProbedBinary, usualBinaryPolicy } from '../../model/binary.ts';
import type { EventSink } from '../../model/event.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { ElfBuildId, HostName } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Connection, ExecOptions } from '../../transport/transport.ts';
import type { BinaryStore, StoredBinary } from './binary-store.ts';
import { debuginfoPath, type Fetched, fetchBinary } from './fetch-binary.ts';

/** Where the binaries of a run's scripts come from. It is one for all plays: each build-id is fetched once. */
export interface BinarySupply {
  /** The binary from the store here; else it is fetched from one host after another. */
  provide(binary: ProbedBinary, wanted: Wanted): Promise<Result<StoredBinary, Failure>>;
  /** Its debuginfo, if a host from which it was fetched had that. */
  findDebuginfo(buildId: ElfBuildId): Promise<StoredBinary | undefined>;
}

export interface Wanted {
  /** Hosts that have it, by their probe. */
  readonly hosts: readonly HostName[];
  /** For whom it is. */
  readonly buildHost: HostName;
  readonly policy?: BinaryPolicy | undefined;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** A target that can be read from. The caller lets go of it. */
export interface BinarySource extends Disposable {
  readonly connection: Connection;
  readonly as: ExecOptions['as'];
}

export interface SupplyOptions {
  readonly store: BinaryStore;
  readonly open: (host: HostName) => Promise<Result<BinarySource, Failure>>;
  /** Asks on the terminal. Default: nobody is there. */
  readonly ask?: ((question: string) => Promise<Answer>) | undefined;
}

type Answer = 'yes' | 'no' | 'nobody';

/** In milliseconds. */
const limits = { idle: 30_000, total: 30 * 60_000 };

export function createBinarySupply({ store, open, ask = async () => 'nobody' }: SupplyOptions): BinarySupply {
  const underWay = new Map<ElfBuildId, Promise<Result<StoredBinary, Failure>>>();
  const answers = new Map<ElfBuildId, Promise<Answer>>();

  const fetchFrom = async (
    host: HostName,
    { path, buildId }: ProbedBinary,
    { buildHost, policy = usualBinaryPolicy, events, signal }: Wanted,
  ): Promise<Result<StoredBinary, Failure>> => {
    const opened = await open(host);
    if (!opened.ok) return opened;
    using source = opened.value;
    const common = { ...source, store, buildId, most: policy.mostBytes, signal, limits };
    const startedMs = performance.now();
    const named = { path, buildId, host };
    const fetched = await fetchBinary(source.connection, {
      ...common,
      path,
      part: 'binary',
      onBegin: bytes => events.emit({ kind: 'binary-fetching', ...named, bytes, buildHost }),
    });
    const seconds = (performance.now() - startedMs) / 1000;
    if (!fetched.ok || fetched.value.kind === 'too-large') {
      const failure = explainUnfetched(fetched, { path, host, buildHost, policy });
      events.emit({ kind: 'binary-fetched', ...named, seconds, result: { kind: 'failed', failure } });
      return err(failure);
    }
    const { binary, hasDebuginfo } = fetched.value;
    events.emit({ kind: 'binary-fetched', ...named, seconds, result: { kind: 'ok', bytes: binary.bytes } });
    if (hasDebuginfo) {
      // Without it some probes are not found; the build says so then.
      const at = debuginfoPath(buildId);
      const onBegin = (bytes: number) =>
        events.emit({ kind: 'binary-fetching', path: at, buildId, host, bytes, buildHost });
      await fetchBinary(source.connection, { ...common, path: at, part: 'debuginfo', onBegin });
    }
    return ok(binary);
  };

  const fetchFirst = async (binary: ProbedBinary, wanted: Wanted): Promise<Result<StoredBinary, Failure>> => {
    const known = await store.find(binary.buildId, 'binary');
    if (known !== undefined) return ok(known);
    const refused = await refuseToFetch(binary, wanted);
    if (refused !== undefined) return err(refused);
    const failures: Failure[] = [];
    for (const host of wanted.hosts.slice(0, mostHosts)) {
      const fetched = await fetchFrom(host, binary, wanted);
      if (fetched.ok) return fetched;
      failures.push(fetched.error);
      // It is as large everywhere.
      if (fetched.error.cause.includes('max_binary')) break;
    }
    return err(summarise(binary, wanted, failures));
  };

  const refuseToFetch = async (
    { path, buildId }: ProbedBinary,
    { hosts, buildHost, policy = usualBinaryPolicy }: Wanted,
  ): Promise<Failure | undefined> => {
    if (policy.how === 'fetch') return undefined;
    const lacking = `${buildHost} has no ${shown(path)} with build-id ${buildId}, as ${foldHostsWithin(hosts, 60)} ${hosts.length === 1 ? 'has' : 'have'}`;
    const cure = `install the package of the targets on ${buildHost}, or set binaries: fetch in the play`;
    if (policy.how === 'never')
      return failureAt('build', { cause: `${lacking}, and the play says binaries: never`, cure });
    const question = `Copy ${shown(path)} from ${hosts[0] ?? 'a target'} to ${buildHost} for the build?`;
    const asking = answers.get(buildId) ?? ask(question);
    answers.set(buildId, asking);
    const answer = await asking;
    if (answer === 'yes') return undefined;
    const why = answer === 'no' ? 'it was not to be copied' : 'there is no terminal to ask on (binaries: ask)';
    return failureAt('build', { cause: `${lacking}, and ${why}`, cure });
  };

  return {
    async provide(binary, wanted) {
      const { buildId } = binary;
      for (let before = underWay.get(buildId); before !== undefined; before = underWay.get(buildId)) {
        // The play that began it may have been stopped.
        const done = await before.catch(() => undefined);
        wanted.signal.throwIfAborted();
        if (done?.ok === true) return done;
        // This one may know other hosts, or allow more.
        if (underWay.get(buildId) === before) underWay.delete(buildId);
      }
      const fetching = fetchFirst(binary, wanted);
      underWay.set(buildId, fetching);
      return fetching;
    },
    findDebuginfo: buildId => store.find(buildId, 'debuginfo'),
  };
}

/** So many hosts are tried. */
const mostHosts = 5;

function explainUnfetched(
  fetched: Result<Fetched, string>,
  { path, host, buildHost, policy }: { path: string; host: HostName; buildHost: HostName; policy: BinaryPolicy },
): Failure {
  if (!fetched.ok) {
    return failureAt('build', { cause: `${shown(path)} cannot be fetched from ${host}: ${fetched.error}` });
  }
  const bytes = fetched.value.kind === 'too-large' ? fetched.value.bytes : 0;
  const room = formatBytes(Math.ceil(bytes / 10_000_000) * 10_000_000);
  return failureAt('build', {
    cause: `${shown(path)} on ${host} has ${formatBytes(bytes)}: more than max_binary, ${formatBytes(policy.mostBytes)}`,
    cure: `install the package of the targets on ${buildHost}, or set max_binary: ${room} in the play`,
  });
}

/** Of several hosts, the first one's cause: each was told of. */
function summarise({ path, buildId }: ProbedBinary, { buildHost }: Wanted, failures: readonly Failure[]): Failure {
  const [first] = failures;
  const cure = `install the package of the targets on ${buildHost}`;
  if (first === undefined) {
    return failureAt('build', {
      cause: `${buildHost} has no ${shown(path)} with build-id ${buildId}, and there is no host to fetch it from`,
      cure,
    });
  }
  const more = failures.length > 1 ? ` (${failures.length} hosts were tried)` : '';
  return failureAt('build', { cause: `${first.cause}${more}`, cure: first.cure ?? cure });
}

function shown(path: string): string {
  return printableLine(path, 200);
}
