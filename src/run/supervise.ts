import { randomBytes } from 'node:crypto';
import type { Artifact } from '../build/module-cache.ts';
import type { ScriptEnd } from '../model/event.ts';
import type { KernelRelease, Machine, RunId } from '../model/ids.ts';
import type { Failure, Stage } from '../model/outcome.ts';
import type { PlannedScript } from '../model/plan.ts';
import { splitLines } from '../transport/lines.ts';
import { onAbort } from '../transport/on-abort.ts';
import type { Connection, Exit, RemoteProcess } from '../transport/transport.ts';
import { encodeParameter } from './encode-parameter.ts';
import { explainStaprun } from './explain-staprun.ts';
import { supervisorScript } from './supervisor-script.ts';

export interface Supervision {
  readonly connection: Connection;
  readonly run: RunId;
  readonly script: PlannedScript;
  readonly artifact: Artifact;
  readonly kernel: { readonly release: KernelRelease; readonly machine: Machine };
  readonly as: 'login-user' | 'become-user';
  readonly uploadDirectory: string;
  readonly leaseSeconds: number;
  /** Fired: the script is asked to stop, so that its `end` probes print. */
  readonly stop: AbortSignal;
  /** Fired: the host is left to its lease. */
  readonly abandon: AbortSignal;
  readonly onLoaded: () => void;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => Promise<void> | undefined;
}

export interface SupervisedRun {
  readonly end: ScriptEnd;
  readonly seconds: number;
  readonly left: { readonly module: 'none' | 'loaded' | 'unknown'; readonly directory: 'removed' | 'left' | 'unknown' };
  /** What makes the output incomplete, one line each. */
  readonly notes: readonly string[];
}

/** A line longer than this is handed on in pieces. */
const maxLineBytes = 64 * 1024;

/** How long a script may take for its `end` probes before it is stopped harder, step by step. */
const patienceSeconds = 10;

/** After the limit and the supervisor's patience, how long its last line may take. */
const graceSeconds = 60;

/** Sends a module with its supervisor to a target, runs it, hands on what it prints, and says how it ended. */
export async function supervise(options: Supervision): Promise<SupervisedRun> {
  const { script, artifact, connection } = options;
  const nonce = `tapbook-${randomBytes(9).toString('hex')}`;
  // The last resort for a host that neither ends nor hangs up.
  const total = AbortSignal.timeout((script.limitSeconds + options.leaseSeconds + graceSeconds) * 1000);
  const signal = AbortSignal.any([options.abandon, total]);
  const started = await connection.exec(supervisorArgv(nonce, options), { signal, as: options.as });
  if (!started.ok) {
    const { kind, cause, cure } = started.error;
    const failure: Failure = { stage: 'load', cause, ...(cure === undefined ? {} : { cure }) };
    const end: ScriptEnd = kind === 'lost' ? { kind: 'lost', cause } : { kind: 'failed', failure };
    return { end, seconds: 0, left: { module: 'none', directory: 'removed' }, notes: [] };
  }

  const process = started.value;
  const said = new Said();
  const lifeline = holdLifeline(process, said, options);
  try {
    await Promise.all([
      pump(process.stdout, line => options.onLine('stdout', line)),
      pump(process.stderr, line => hear(line, nonce, said, options)),
      process.stdin.write(artifact.bytes),
    ]);
    return conclude(said, await process.exit, options);
  } finally {
    lifeline.release();
  }
}

function supervisorArgv(nonce: string, options: Supervision): readonly [string, ...string[]] {
  const { script, artifact, kernel } = options;
  return [
    'sh',
    '-c',
    supervisorScript,
    'tapbook-supervisor',
    nonce,
    options.uploadDirectory,
    options.run,
    artifact.module,
    String(artifact.bytes.length),
    artifact.sha256,
    kernel.release,
    kernel.machine,
    String(script.limitSeconds),
    String(options.leaseSeconds),
    String(patienceSeconds),
    'staprun',
    ...(script.bufferMb === undefined ? [] : ['-b', String(script.bufferMb)]),
    // Without a slash staprun would look in /lib/modules/RELEASE/systemtap only.
    `./${artifact.module}.ko`,
    ...script.globals.map(({ name, value }) => {
      const parameter = encodeParameter(name, value);
      if (parameter === undefined) throw new Error(`global ${name} was not checked before its load`);
      return parameter;
    }),
  ];
}

/** What the supervisor has said so far. */
class Said {
  ready = false;
  loaded = false;
  refused: { readonly stage: Stage; readonly why: string } | undefined;
  stopping: string | undefined;
  ended:
    | { readonly code: number; readonly seconds: number; readonly module: string; readonly directory: string }
    | undefined;
  /** The end of what staprun itself printed on its standard error. */
  readonly errors: string[] = [];
}

function hear(line: string, nonce: string, said: Said, options: Supervision): Promise<void> | undefined {
  const mark = line.indexOf(`${nonce} `);
  const printed = mark === -1 ? line : line.slice(0, mark);
  if (mark !== -1) {
    const [word, ...rest] = line.slice(mark + nonce.length + 1).split(' ');
    if (word === 'ready') said.ready = true;
    if (word === 'stopping') said.stopping = rest[0];
    if (word === 'refused')
      said.refused = { stage: rest[0] === 'load' ? 'load' : 'upload', why: rest.slice(1).join(' ') };
    if (word === 'ended') {
      const [code, seconds, module, directory] = rest;
      said.ended = { code: Number(code), seconds: Number(seconds), module: module ?? '', directory: directory ?? '' };
    }
    if (word === 'loaded') {
      said.loaded = true;
      options.onLoaded();
    }
    if (printed === '') return undefined;
  }
  said.errors.push(printed);
  if (said.errors.length > 200) said.errors.shift();
  return options.onLine('stderr', printed);
}

/** Renews the lease for as long as the module may run, and passes on the wish to stop. */
function holdLifeline(process: RemoteProcess, said: Said, { stop, leaseSeconds }: Supervision): { release(): void } {
  const renew = setInterval(
    () => {
      // Before `ready` the module is still on its way on the same input.
      if (said.ready) void process.stdin.write('renew\n');
    },
    (leaseSeconds * 1000) / 4,
  );
  const askToStop = (): void => {
    // Before `ready` there is nothing to stop: the end of the input is refused there as an incomplete module.
    if (said.ready) void process.stdin.write('stop\n');
    else process.stdin.end();
  };
  const forget = onAbort(stop, askToStop);
  if (stop.aborted) askToStop();
  return {
    release() {
      clearInterval(renew);
      forget();
      process.stdin.end();
    },
  };
}

async function pump(
  stream: AsyncIterable<Uint8Array>,
  take: (line: string) => Promise<void> | undefined,
): Promise<void> {
  for await (const line of splitLines(stream, { maxLineBytes })) {
    const wait = take(line);
    if (wait !== undefined) await wait;
  }
}

function conclude(said: Said, exit: Exit, options: Supervision): SupervisedRun {
  const notes = incompleteness(said.errors);
  const { ended } = said;
  if (ended === undefined) {
    const refused = said.refused;
    const cause = exit.kind === 'lost' ? exit.cause : 'the supervisor ended without its last line';
    // Nothing was started, as far as we know, until `ready` was said.
    const left = said.ready
      ? ({ module: 'unknown', directory: 'unknown' } as const)
      : ({ module: 'none', directory: 'unknown' } as const);
    if (exit.kind !== 'lost' && refused === undefined && !said.ready) {
      const { cause: why, cure } = explainStaprun(said.errors.join('\n'), options.kernel.release);
      const failure: Failure = { stage: 'load', cause: why, ...(cure === undefined ? {} : { cure }) };
      return { end: { kind: 'failed', failure }, seconds: 0, left: { module: 'none', directory: 'removed' }, notes };
    }
    return { end: { kind: 'lost', cause }, seconds: 0, left, notes };
  }
  return {
    end: endOf(said, ended.code, options),
    seconds: ended.seconds,
    left: {
      module: ended.module === 'none' ? 'none' : 'loaded',
      directory: ended.directory === 'removed' ? 'removed' : 'left',
    },
    notes,
  };
}

function endOf(said: Said, code: number, { script, kernel, stop }: Supervision): ScriptEnd {
  if (said.refused !== undefined) {
    if (stop.aborted) return { kind: 'stopped' };
    return { kind: 'failed', failure: { stage: said.refused.stage, cause: said.refused.why } };
  }
  const errors = said.errors.join('\n');
  if (/^ERROR: /m.test(errors) || (code !== 0 && said.stopping === undefined)) {
    const { cause, cure } = explainStaprun(errors, kernel.release, code);
    const stage = said.loaded ? 'stream' : 'load';
    return { kind: 'failed', failure: { stage, cause, ...(cure === undefined ? {} : { cure }), detail: errors } };
  }
  switch (said.stopping) {
    case undefined:
      return { kind: 'exited' };
    case 'asked':
      return { kind: 'stopped' };
    case 'limit':
      if (script.end === 'at-limit') return { kind: 'duration' };
      return {
        kind: 'failed',
        failure: {
          stage: 'stream',
          cause: `the script had not called exit() after ${script.limitSeconds} s and was stopped`,
          cure: 'raise the limit of until_exit, or give it a duration',
        },
      };
    default:
      return { kind: 'lost', cause: `the target stopped the script: ${said.stopping}` };
  }
}

/** staprun's own words for output that is not all there. */
function incompleteness(errors: readonly string[]): string[] {
  const notes: string[] = [];
  for (const line of errors) {
    const skipped = /Number of errors: (\d+), skipped probes: (\d+)/.exec(line);
    if (skipped !== null) notes.push(`${skipped[1]} errors and ${skipped[2]} skipped probes: the output is incomplete`);
    const lost = /There were (\d+) transport failures/.exec(line);
    if (lost !== null) notes.push(`${lost[1]} transport failures: output was lost; raise buffer_mb`);
  }
  return notes;
}
