import type { ElfBuildId } from '../../model/ids.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
import { splitLines } from '../../process/lines.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import { onAbort } from '../../process/on-abort.ts';
import type { Connection, ExecOptions, RemoteProcess } from '../../transport/transport.ts';
import type { BinaryPart, BinaryStore, StoredBinary } from './binary-store.ts';
import { readBinaryScript } from './read-binary.generated.ts';

export interface FetchOptions {
  readonly store: BinaryStore;
  /** Where it lies on the target. */
  readonly path: string;
  readonly buildId: ElfBuildId;
  readonly part: BinaryPart;
  /** In bytes. */
  readonly most: number;
  readonly as: ExecOptions['as'];
  readonly signal: AbortSignal;
  /** In milliseconds: how long nothing may come, and how long all of it may take. */
  readonly limits: { readonly idle: number; readonly total: number };
  /** Called before it comes, with its size in bytes. */
  readonly onBegin: (bytes: number) => void;
}

export type Fetched =
  | { readonly kind: 'fetched'; readonly binary: StoredBinary; readonly hasDebuginfo: boolean }
  /** Nothing was sent. */
  | { readonly kind: 'too-large'; readonly bytes: number };

/**
 * Streams a binary from a target into the store. What it is there by then is found out by its build-id: it may have been replaced
 * since the probe. The error says why there is none, as a clause. Throws only the reason of `signal`.
 */
export async function fetchBinary(connection: Connection, options: FetchOptions): Promise<Result<Fetched, string>> {
  const { path, buildId, part, most, as, signal, limits } = options;
  const nonce = newNonce();
  const channel = new AbortController();
  using watch = watchProgress(channel, signal, limits);
  const debuginfo = part === 'binary' ? debuginfoPath(buildId) : '';
  try {
    const argv = ['sh', '-c', readBinaryScript, 'tapbook-read-binary', nonce, path, String(most), debuginfo] as const;
    const started = await connection.exec(argv, { signal: channel.signal, as });
    if (!started.ok) return err(started.error.cause);
    started.value.stdin.end();
    const fetched = await receive(started.value, nonce, watch, options);
    signal.throwIfAborted();
    return watch.passed() === undefined ? fetched : err(watch.passed() ?? '');
  } catch (error) {
    signal.throwIfAborted();
    const passed = watch.passed();
    if (passed === undefined) throw error;
    return err(passed);
  }
}

/** Where distributions put it: gdb's and SystemTap's convention. */
export function debuginfoPath(buildId: ElfBuildId): string {
  return `/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
}

interface Watch extends Disposable {
  /** Something has come. */
  readonly note: () => void;
  /** All has come. */
  readonly noteEnd: () => void;
  readonly hasEnded: () => boolean;
  /** Closes the channel for that reason, a clause; the first one counts. */
  readonly giveUp: (why: string) => void;
  /** Which limit was passed, or why else it was given up, as a clause. */
  readonly passed: () => string | undefined;
}

/** Closes the channel when `signal` fires or a limit is passed. */
function watchProgress(channel: AbortController, signal: AbortSignal, { idle, total }: FetchOptions['limits']): Watch {
  let passed: string | undefined;
  let ended = false;
  const giveUp = (why: string): void => {
    passed ??= why;
    channel.abort(new Error(why));
  };
  const forget = onAbort(signal, () => channel.abort(signal.reason));
  if (signal.aborted) channel.abort(signal.reason);
  const inAll = setTimeout(() => giveUp(`it took longer than ${total / 1000} s`), total);
  const begin = () => setTimeout(() => giveUp(`nothing came for ${idle / 1000} s`), idle);
  let quiet = begin();
  return {
    note() {
      clearTimeout(quiet);
      quiet = begin();
    },
    noteEnd() {
      ended = true;
    },
    hasEnded: () => ended,
    giveUp,
    passed: () => passed,
    [Symbol.dispose]() {
      clearTimeout(quiet);
      clearTimeout(inAll);
      forget();
    },
  };
}

async function receive(
  process: RemoteProcess,
  nonce: string,
  watch: Watch,
  { store, buildId, part, most, onBegin }: FetchOptions,
): Promise<Result<Fetched, string>> {
  const said = readReport(process.stderr, nonce);
  const stdout = afterMark(process.stdout, nonce, watch);
  const bytes = await said.bytes;
  if (bytes === undefined || bytes > most) {
    const { failed, rest } = await said.all;
    for await (const _ of stdout);
    const exit = await process.exit;
    if (bytes !== undefined) return ok({ kind: 'too-large', bytes });
    if (failed !== undefined) return err(failed);
    return err(exit.kind === 'lost' ? exit.cause : `it cannot be read: ${rest}`);
  }
  onBegin(bytes);
  const receiving = store.receive(buildId, part, { bytes, chunks: stdout }).then(received => {
    // The target would wait for ever for the rest to be read, as where there is no space here.
    if (!received.ok && !watch.hasEnded()) watch.giveUp(received.error);
    return received;
  });
  const [received, { hasDebuginfo, rest }] = await Promise.all([receiving, said.all]);
  if (received.ok) return ok({ kind: 'fetched', binary: received.value, hasDebuginfo });
  const exit = await process.exit;
  if (exit.kind === 'lost') return err(`${received.error}: ${exit.cause}`);
  return err(rest === '' ? received.error : `${received.error}: ${rest}`);
}

interface Said {
  readonly failed: string | undefined;
  readonly hasDebuginfo: boolean;
  /** The last line that is not ours. */
  readonly rest: string;
}

/** `bytes` is undefined where the target has none to send. */
function readReport(
  stderr: AsyncIterable<Uint8Array>,
  nonce: string,
): { readonly bytes: Promise<number | undefined>; readonly all: Promise<Said> } {
  const bytes = deferred<number | undefined>();
  const read = async (): Promise<Said> => {
    let failed: string | undefined;
    let hasDebuginfo = false;
    let rest = '';
    for await (const line of splitLines(stderr, { maxLineBytes: 64 * 1024 })) {
      const { printed, words } = splitAtNonce(line, nonce);
      if (words[0] === 'bytes') bytes.resolve(Number(words[1]));
      if (words[0] === 'failed') failed ??= printableLine(words.slice(1).join(' '), 300);
      if (words[0] === 'debuginfo') hasDebuginfo = true;
      if (printed !== undefined && printed.trim() !== '') rest = printableLine(printed, 300);
    }
    bytes.resolve(undefined);
    return { failed, hasDebuginfo, rest };
  };
  return { bytes: bytes.promise, all: read() };
}

/** What follows the line with the nonce: a login shell may have printed something before. */
async function* afterMark(
  chunks: AsyncIterable<Uint8Array>,
  nonce: string,
  watch: Watch,
): AsyncGenerator<Uint8Array, void, undefined> {
  const mark = Buffer.from(`\n${nonce}\n`);
  let before: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    watch.note();
    if (before === undefined) {
      yield chunk;
      continue;
    }
    before = Buffer.concat([before, chunk]);
    const at = before.indexOf(mark);
    if (at === -1) {
      before = before.subarray(-mark.length);
      continue;
    }
    const rest = before.subarray(at + mark.length);
    before = undefined;
    if (rest.length > 0) yield rest;
  }
  watch.noteEnd();
}
