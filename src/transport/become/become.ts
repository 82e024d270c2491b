import { type Become, commandLimitMs, type Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { newNonce } from '../../process/nonce.ts';
import { onAbort } from '../../process/on-abort.ts';
import { shellQuote } from '../shell/shell-quote.ts';
import type { ExecFailure, ExecOptions, RemoteProcess } from '../transport.ts';
import { awaitBecome } from './await-become.ts';
import { becomeArgv } from './become-argv.ts';
import { asksForPassword, explainBecome, lastLineOf } from './explain-become.ts';

/** Starts a command as it is, on the host that the caller means; the signal closes its channel. */
export type StartCommand = (
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
) => Promise<Result<RemoteProcess, ExecFailure>>;

/** Who answers: the host with its known key, or whoever shows another one, which `StrictHostKeyChecking=no` takes. */
export type ServerIdentity = 'known' | 'changed';

/**
 * Starts a command on a host as whom the caller wants it to run. A password is for the host whose key is known: who shows another one
 * may be anybody. Throws only an abort.
 */
export async function startFor(
  host: Host,
  argv: readonly [string, ...string[]],
  start: StartCommand,
  { signal, as }: ExecOptions,
  identity: ServerIdentity,
): Promise<Result<RemoteProcess, ExecFailure>> {
  const { become } = host.connection;
  if (as === 'login-user' || become === undefined) return start(argv, signal);
  if (identity === 'known' || become.password === undefined) {
    return startAs(become, argv, start, signal, commandLimitMs(host));
  }
  const { password: _, ...withoutPassword } = become;
  const started = await startAs(withoutPassword, argv, start, signal, commandLimitMs(host));
  if (started.ok || !started.error.cause.endsWith(asksForPassword)) return started;
  return err({
    kind: 'become',
    cause: `${started.error.cause}, which is not sent, since the host key has changed`,
    cure: 'find out why it has; if it is right, put the new key into known_hosts',
  });
}

/**
 * Starts a command as another user, by sudo, su or doas, and waits until it runs. A password goes through standard
 * input when it is asked for, once, and never into the arguments, where `ps` would show it. That the program is missing,
 * does not allow it, or dislikes the password is a failure of kind `become`, at once. The limit, in milliseconds, is for the time
 * until the command runs: PAM may ask LDAP, and waits after a wrong password. Throws only an abort.
 */
export async function startAs(
  become: Become,
  argv: readonly [string, ...string[]],
  start: StartCommand,
  signal: AbortSignal,
  limitMs: number,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  const nonce = newNonce();
  const channel = new AbortController();
  const forget = onAbort(signal, () => channel.abort(signal.reason));
  const timer = setTimeout(() => channel.abort(new Error(`${become.method} took too long`)), limitMs);
  const giveUp = (failure: ExecFailure): Result<RemoteProcess, ExecFailure> => {
    forget();
    channel.abort(new Error(`${become.method} failed`));
    return err(failure);
  };
  try {
    const started = await start(becomeArgv(become, nonce, argv, shellQuote), channel.signal);
    if (!started.ok) return giveUp(started.error);
    const process = started.value;
    const hearing = await awaitBecome(process, become, nonce);
    signal.throwIfAborted();
    if (hearing.kind === 'runs') {
      void process.exit.then(forget);
      return ok({ ...process, stdout: hearing.stdout, stderr: hearing.stderr });
    }
    const hasEnded = hearing.kind === 'ended' || hearing.kind === 'not-begun';
    const exit = hasEnded ? await process.exit : undefined;
    signal.throwIfAborted();
    if (channel.signal.aborted) return giveUp(tooSlow(become, limitMs, hearing.said));
    if (exit?.kind === 'lost') return giveUp({ kind: 'lost', cause: exit.cause });
    return giveUp(explainBecome(become, hearing));
  } catch (error) {
    signal.throwIfAborted();
    if (channel.signal.aborted) return giveUp(tooSlow(become, limitMs, ''));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow({ method, user }: Become, limitMs: number, text: string): ExecFailure {
  const said = lastLineOf(text);
  const byHand = { sudo: 'sudo -k; sudo true', su: `su ${user} -c true`, doas: 'doas true' }[method];
  return {
    kind: 'become',
    cause: `${method} did not become ${user} within ${limitMs / 1000} s${said === '' ? '' : `: ${said}`}`,
    cure: `try it by hand there: ${byHand}`,
  };
}
