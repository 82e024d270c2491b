import type { Host } from '../../src/model/host.ts';
import { optional } from '../../src/model/optional.ts';
import { err, ok } from '../../src/model/result.ts';
import { deferred } from '../../src/process/deferred.ts';
import type { DescriptorBudget } from '../../src/process/descriptor-budget.ts';
import { claimDescriptors } from '../../src/transport/claim-descriptors.ts';
import type { Connection, ConnectionEnd, Exit, RemoteProcess, Transport } from '../../src/transport/transport.ts';
import { elfModule } from './elf-module.ts';
import { answerBinaries } from './in-memory-binaries.ts';

/** A host without a network: it answers probes and builds as one would on which all is well, but for what is said here. */
export interface InMemoryHost {
  release: string;
  /** As `uname -v` says it. */
  version: string;
  /** Of its staprun and its stap. */
  systemtap: string;
  bootId: string;
  /** Of its kernel trees: another word, other headers. */
  headers: string;
  /** Stands in each module that is built there, and in nothing that its key is made of. */
  padding: string;
  /** Modules that are loaded there. */
  readonly loaded: string[];
  /** Connections are refused. */
  down: boolean;
  /** staprun is not installed. */
  bare: boolean;
  /** The build-ids of the files that it has, by their paths, as target and as build host; others are missing. */
  readonly binaries: Map<string, string>;
  /** The processes that map another file of such a path, as probe-binaries.sh says them: `PID BUILD_ID deleted|other-root NAME`. */
  readonly strangers: Map<string, readonly string[]>;
  /** The build-ids of the binaries that it was sent as build host. */
  readonly kept: Set<string>;
  /** stap says so of every script, and exits 1. */
  stapError: string | undefined;
  /** Modules whose scripts stap refuses. */
  readonly wrongModules: Set<string>;
  /** Connecting waits for it. */
  until: Promise<void> | undefined;
  /** A probe waits for it. */
  probesWait: Promise<void> | undefined;
  /** Builds for that release, or of that module, wait for it. */
  readonly buildsWait: Map<string, Promise<void>>;
  /** Builds that run now. */
  building: number;
  connections: number;
  /** Type and fingerprint of the key that it shows. */
  hostKey: string | undefined;
  builds: number;
  /** How long the latest build might have taken. */
  limitSeconds: number | undefined;
}

export interface InMemoryHosts {
  readonly transport: Transport;
  /** Made when it is first asked for. */
  readonly host: (name: string) => InMemoryHost;
  /** How many connections are open, and how many were at a time. */
  readonly openConnections: { now: number; most: number };
}

export const firstRelease = '6.1.0-56-cloud-amd64';

/** Each connection has one descriptor of the budget. */
export function inMemoryHosts(budget?: DescriptorBudget): InMemoryHosts {
  const openConnections = { now: 0, most: 0 };
  const hosts = new Map<string, InMemoryHost>();
  const hostOf = (name: string): InMemoryHost => {
    const host = hosts.get(name) ?? {
      release: firstRelease,
      version: '#1 SMP',
      systemtap: '5.1',
      bootId: 'boot-1',
      headers: 'first',
      padding: '',
      loaded: [],
      down: false,
      bare: false,
      binaries: new Map(),
      strangers: new Map(),
      kept: new Set(),
      stapError: undefined,
      wrongModules: new Set(),
      until: undefined,
      probesWait: undefined,
      buildsWait: new Map(),
      building: 0,
      connections: 0,
      hostKey: undefined,
      builds: 0,
      limitSeconds: undefined,
    };
    hosts.set(name, host);
    return host;
  };
  return {
    host: hostOf,
    openConnections,
    transport: {
      descriptorsFor: () => 1,
      connect: ({ name }: Host, options) =>
        claimDescriptors(budget, 1, options, async () => {
          const { signal } = options;
          const host = hostOf(name);
          host.connections++;
          if (host.until !== undefined) await Promise.race([host.until, aborted(signal)]);
          signal.throwIfAborted();
          if (host.down) return err({ kind: 'refused', cause: `connection refused by ${name}` });
          openConnections.now++;
          openConnections.most = Math.max(openConnections.most, openConnections.now);
          const connection = connectionTo(host);
          void connection.closed.then(() => openConnections.now--);
          return ok({ ...connection, descriptors: 1, ...optional('hostKey', host.hostKey) });
        }),
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function connectionTo(host: InMemoryHost): Connection {
  const closed = deferred<ConnectionEnd>();
  return {
    closed: closed.promise,
    async exec(argv, { signal }) {
      const [, how, , name, nonce = '', ...rest] = argv;
      if (how === '-s' && host.probesWait !== undefined) await Promise.race([host.probesWait, aborted(signal)]);
      const asked = [nonce, ...rest].filter(word => word !== '');
      if (how === '-s' && name !== undefined && asked.some(word => word.startsWith('/')) && !asked.some(isRelease))
        return ok(answer(probedBinaries(host, name, asked), []));
      if (how === '-s') return ok(answer(name === undefined ? [] : probed(host, name, [nonce, ...rest]), []));
      const said = answerBinaries(host, argv);
      if (said !== undefined) return ok(answer(said.stdout, said.stderr, said.bytes));
      if (name === 'tapbook-build') return ok(await build(host, nonce, argv, signal));
      throw new Error(`nobody here knows ${argv.join(' ').slice(0, 200)}`);
    },
    async [Symbol.asyncDispose]() {
      closed.resolve({ kind: 'closed-by-us' });
    },
  };
}

function isRelease(word: string): boolean {
  return /^\d/.test(word);
}

/** As `probe-binaries.sh` answers. */
function probedBinaries(host: InMemoryHost, nonce: string, paths: readonly string[]): readonly string[] {
  const lines = paths.flatMap((path, index) => {
    const id = host.binaries.get(path);
    const file =
      id === undefined ? `file ${index} missing - - -` : `file ${index} present 1:${index + 1} 1000000 ${id}`;
    const strangers = (host.strangers.get(path) ?? []).map(one => `stranger ${index} ${one}`);
    return [file, ...strangers, ...(strangers.length > 0 ? [`strangers ${index} ${strangers.length}`] : [])];
  });
  return [...lines, 'end'].map(line => `${nonce} ${line}`);
}

function probed(host: InMemoryHost, nonce: string, asked: readonly string[]): readonly string[] {
  const releases = asked.filter(isRelease);
  const system = [
    `release=${host.release}`,
    'machine=x86_64',
    `version=${host.version}`,
    'uid=0',
    'user=root',
    'cpus=2',
  ];
  const trees = releases.flatMap(release => [
    `tree=${release}`,
    'headers=present',
    `identity=${host.headers} ${release}`,
    'tree.end=yes',
  ]);
  const banner = `Systemtap translator/driver (version ${host.systemtap}/0.192)`;
  const target = host.bare ? [] : ['staprun=/usr/bin/staprun', 'staprun.executable=yes', `staprun.version=${banner}`];
  const files = asked.flatMap(one => (one.startsWith('probed=') ? [one.slice('probed='.length)] : []));
  const binaries = files.map((path, index) => {
    const id = host.binaries.get(path);
    return `binary=${index} ${id === undefined ? 'missing -' : `present ${id}`}`;
  });
  const builder = [
    ...binaries,
    'stap=/usr/bin/stap',
    `stap.banner=${banner}`,
    'make=/usr/bin/make',
    'compiler=/usr/bin/gcc',
    'compiler.version=gcc (GCC) 12.2.0',
    ...trees,
  ];
  const facts =
    releases.length > 0
      ? builder
      : [
          ...[
            'sudo=root',
            'modules=yes',
            `loaded=${host.loaded.join(' ')}`,
            `boot_id=${host.bootId}`,
            'debugfs=mounted',
          ],
          ...target,
        ];
  return [`${nonce} begin`, ...system, 'upload=/tmp', 'free_kb=1000000', ...facts, `${nonce} end`];
}

/** As `build-module.sh` answers: the module on standard output, what is said of it on standard error. */
async function build(
  host: InMemoryHost,
  nonce: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<RemoteProcess> {
  host.builds++;
  host.limitSeconds = Number(argv[7]);
  const release = argv[argv.indexOf('-r') + 1] ?? '';
  const name = argv[argv.indexOf('-m') + 1] ?? '';
  const wait = host.buildsWait.get(release) ?? host.buildsWait.get(name);
  host.building++;
  if (wait !== undefined) await Promise.race([wait, aborted(signal)]);
  host.building--;
  const error = host.stapError ?? (host.wrongModules.has(name) ? 'semantic error: no match' : undefined);
  if (error !== undefined) return answer([], [error, `${nonce} exit 1`]);
  const module = elfModule([`vermagic=${release} SMP${host.padding}`, `name=${name}`]);
  return answer([], [`${nonce} exit 0`, `${nonce} module ${module.length}`], module);
}

function answer(stdout: readonly string[], stderr: readonly string[], bytes?: Uint8Array): RemoteProcess {
  const exit: Exit = { kind: 'code', code: 0 };
  return {
    stdout: chunks(bytes ?? Buffer.from(`\n${stdout.map(line => `${line}\n`).join('')}`)),
    stderr: chunks(Buffer.from(stderr.map(line => `${line}\n`).join(''))),
    stdin: { write: async () => 'written', end: () => undefined },
    exit: Promise.resolve(exit),
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
