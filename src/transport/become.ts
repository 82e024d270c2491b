import { randomBytes } from 'node:crypto';
import type { Become } from '../model/host.ts';
import { err, ok, type Result } from '../model/result.ts';
import { explainSudo, lastLineOf } from './explain-sudo.ts';
import { onAbort } from './on-abort.ts';
import type { ExecFailure, Exit, RemoteProcess } from './transport.ts';

/** How long sudo may take until the command runs, in milliseconds: it may ask LDAP, and waits after a wrong password. */
const limitMs = 30_000;

/** More than this before the command runs is no word of sudo. */
const maxTalkBytes = 64 * 1024;

/** Starts a command as it is, on the host that the caller means; the signal closes its channel. */
export type StartCommand = (
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
) => Promise<Result<RemoteProcess, ExecFailure>>;

/**
 * Starts a command as another user, by sudo (`man sudo`), and waits until it runs. The password goes through standard
 * input when sudo asks for it, once, and never into the arguments, where `ps` would show it. That sudo is missing, does
 * not allow it, or dislikes the password is a failure of kind `become` in sudo's own words. Throws only an abort.
 */
export async function startAs(
  become: Become,
  argv: readonly [string, ...string[]],
  start: StartCommand,
  signal: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  // Words that no other output has by chance: sudo's question, and that the command is about to run.
  const nonce = randomBytes(9).toString('hex');
  const words = { prompt: `tapbook-asks-${nonce}`, ready: `tapbook-runs-${nonce}` };
  const channel = new AbortController();
  const forget = onAbort(signal, () => channel.abort(signal.reason));
  const timer = setTimeout(() => channel.abort(new Error('sudo took too long')), limitMs);
  const giveUp = (failure: ExecFailure): Result<RemoteProcess, ExecFailure> => {
    forget();
    channel.abort(new Error('sudo failed'));
    return err(failure);
  };
  try {
    const started = await start(sudoArgv(become, words, argv), channel.signal);
    if (!started.ok) {
      const { error } = started;
      return giveUp(error.cause.startsWith('sudo ') ? explainSudo(become, error.cause) : error);
    }
    const process = started.value;
    const talk = await listen(process, become, words);
    signal.throwIfAborted();
    if (talk.kind === 'runs') {
      void process.exit.then(forget);
      return ok({ ...process, stderr: talk.rest });
    }
    if (channel.signal.aborted) return giveUp(tooSlow(become, talk.text));
    if (talk.kind === 'refused') return giveUp(explainSudo(become, talk.text));
    const exit = await endOf(process);
    signal.throwIfAborted();
    if (exit.kind === 'lost') return giveUp({ kind: 'lost', cause: exit.cause });
    return giveUp(explainSudo(become, talk.text));
  } catch (error) {
    signal.throwIfAborted();
    if (channel.signal.aborted) return giveUp(tooSlow(become, ''));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Words {
  readonly prompt: string;
  readonly ready: string;
}

function sudoArgv(
  { user, password }: Become,
  { prompt, ready }: Words,
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const how = password === undefined ? ['-n'] : ['-S', '-p', prompt];
  const script = 'echo "$1" >&2; shift; exec "$@"';
  return ['sudo', ...how, '-H', '-u', user, '--', 'sh', '-c', script, 'sh', ready, ...argv];
}

type Talk =
  | { readonly kind: 'runs'; readonly rest: AsyncIterable<Uint8Array> }
  | { readonly kind: 'refused' | 'ended'; readonly text: string };

/** Hears sudo out on standard error, until the command runs or it is clear that it will not. */
async function listen(process: RemoteProcess, { password }: Become, { prompt, ready }: Words): Promise<Talk> {
  const stderr = process.stderr[Symbol.asyncIterator]();
  let heard = Buffer.alloc(0);
  let isAsked = false;
  for (;;) {
    const next = await stderr.next();
    const text = heard.toString('utf8').replaceAll(prompt, '');
    if (next.done === true) return { kind: 'ended', text };
    heard = Buffer.concat([heard, next.value]);
    const end = heard.indexOf(`${ready}\n`);
    if (end !== -1) return { kind: 'runs', rest: continueWith(heard.subarray(end + ready.length + 1), stderr) };
    const asked = heard.indexOf(prompt);
    // Asked twice: the password was wrong. A third try would only bring the account nearer to being locked.
    if ((asked !== -1 && heard.includes(prompt, asked + prompt.length)) || heard.length > maxTalkBytes) {
      return { kind: 'refused', text: heard.toString('utf8').replaceAll(prompt, '') };
    }
    if (asked !== -1 && !isAsked) {
      isAsked = true;
      // Not waited for: a sudo that reads nothing must not keep us from hearing what it says.
      void process.stdin.write(`${password?.reveal() ?? ''}\n`);
    }
  }
}

async function* continueWith(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Its standard output has to be read, or it would not end. */
async function endOf(process: RemoteProcess): Promise<Exit> {
  for await (const _chunk of process.stdout);
  return process.exit;
}

function tooSlow({ user }: Become, text: string): ExecFailure {
  const said = lastLineOf(text);
  return {
    kind: 'become',
    cause: `sudo did not become ${user} within ${limitMs / 1000} s${said === '' ? '' : `: ${said}`}`,
    cure: 'try it by hand there: sudo -k; sudo true',
  };
}
