import type { Become } from '../../model/host.ts';
import { deferred } from '../../process/deferred.ts';
import type { RemoteProcess } from '../transport.ts';
import { becomeWords } from './become-argv.ts';

/** More than this of what is said is not kept: an error stands at the end. */
const maxKeptBytes = 64 * 1024;

export type Hearing =
  /** The command runs; the outputs are its own, with nothing before them. */
  | { readonly kind: 'runs'; readonly stdout: AsyncIterable<Uint8Array>; readonly stderr: AsyncIterable<Uint8Array> }
  | Refusal;

/** Why the command will not run. */
export interface Refusal {
  readonly kind: /** There is no such program. */
    | 'missing'
    /** It asks, and there is no answer. */
    | 'asks'
    /** It has been answered, and asks once more: another try would only bring the account nearer to being locked. */
    | 'asks-again'
    | 'ended'
    /** The login shell ended before the program was called. */
    | 'not-begun';
  /** What the program itself printed, on standard error and on standard output. */
  readonly said: string;
  readonly printed: string;
  /** The last question, if there was one. */
  readonly question?: string;
}

/**
 * Hears out what runs a command as another user, on both outputs, until the command runs or it is clear that it will
 * not. A password is given when it is asked for, and only once. Ends when the process does.
 */
export async function awaitBecome(process: RemoteProcess, { password }: Become, nonce: string): Promise<Hearing> {
  const ears = { stdout: new Ear(nonce), stderr: new Ear(nonce) };
  const { promise: refused, resolve: settle } = deferred<Refusal>();
  let question: string | undefined;
  let isAnswered = false;
  const timers: Partial<Record<'stdout' | 'stderr', ReturnType<typeof setTimeout>>> = {};
  const refusal = (kind: Refusal['kind']): Refusal => ({
    kind,
    said: ears.stderr.said(),
    printed: ears.stdout.said(),
    ...(question === undefined ? {} : { question }),
  });
  const answer = (asked: string): void => {
    question = asked;
    if (isAnswered) {
      settle(refusal('asks-again'));
    } else if (password === undefined || !wantsPassword.test(asked)) {
      settle(refusal('asks'));
    } else {
      isAnswered = true;
      // Not waited for: a program that reads nothing must not keep us from hearing what it says.
      void process.stdin.write(`${password.reveal()}\n`);
    }
  };
  const listen = async (output: 'stdout' | 'stderr'): Promise<AsyncIterable<Uint8Array> | undefined> => {
    const ear = ears[output];
    const chunks = process[output][Symbol.asyncIterator]();
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      clearTimeout(timers[output]);
      for (const sign of ear.hear(next.value)) {
        if (sign.kind === 'runs') return continueWith(sign.rest, chunks);
        if (sign.kind === 'missing') settle(refusal('missing'));
        if (sign.kind === 'asks') answer(sign.question);
        if (sign.kind === 'may-ask') timers[output] = setTimeout(() => answer(ear.takeQuestion()), quietMs);
      }
    }
    return undefined;
  };
  const ran = Promise.all([listen('stdout'), listen('stderr')]).then(([stdout, stderr]): Hearing => {
    if (stdout !== undefined && stderr !== undefined) return { kind: 'runs', stdout, stderr };
    return refusal(ears.stderr.hasBegun ? 'ended' : 'not-begun');
  });
  const hearing = await Promise.race([refused, ran]);
  for (const timer of Object.values(timers)) clearTimeout(timer);
  return hearing;
}

type Sign =
  | { readonly kind: 'runs'; readonly rest: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'asks'; readonly question: string }
  /** It looks like a question, if nothing follows: a file that a shell reads may print the like. */
  | { readonly kind: 'may-ask' };

/** After how much silence a line that may be a question is one, in milliseconds. */
const quietMs = 300;

/** A line that waits for an answer: what PAM's modules ask in English, where the program does not ask in our words. */
const isQuestion =
  /\b(?:pass(?:word|code|phrase)|pin|verification code|one-time code|otp|token)\b[^\n]{0,80}[:：]\s*$/i;
const wantsPassword = /-asks$|\bpass(?:word|phrase)\b/i;

/** Follows one output: first what the login shell's files print, then what the program says. */
class Ear {
  readonly #words: ReturnType<typeof becomeWords>;
  hasBegun = false;
  #before = '';
  #hasAsked = false;
  #heard: Buffer = Buffer.alloc(0);

  constructor(nonce: string) {
    this.#words = becomeWords(nonce);
  }

  /** What was printed, without questions. */
  said(): string {
    return `${this.#before}${this.#heard.toString('utf8')}`.slice(-maxKeptBytes);
  }

  *hear(chunk: Uint8Array): Generator<Sign, void, undefined> {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    this.hasBegun ||= this.#skip(this.#words.begins) !== undefined;
    if (this.hasBegun) yield* this.#listen();
    this.#heard = this.#heard.subarray(-maxKeptBytes);
  }

  /** Goes on behind the unfinished line. */
  takeQuestion(): string {
    const text = this.#heard.toString('utf8');
    const start = text.lastIndexOf('\n') + 1;
    this.#before += text.slice(0, start);
    this.#heard = Buffer.alloc(0);
    this.#hasAsked = true;
    return text.slice(start).trim();
  }

  *#listen(): Generator<Sign, void, undefined> {
    if (this.#skip(this.#words.runs) !== undefined) yield { kind: 'runs', rest: this.#heard };
    if (this.#skip(this.#words.missing) !== undefined) yield { kind: 'missing' };
    for (let text = this.#skip(this.#words.asks); text !== undefined; text = this.#skip(this.#words.asks)) {
      this.#before += text;
      yield { kind: 'asks', question: this.#words.asks };
    }
    const text = this.#heard.toString('utf8');
    if (!isQuestion.test(text.slice(text.lastIndexOf('\n') + 1))) return;
    // su asks before it does anything else, shells and their files included.
    if (this.#before === '' && !text.trim().includes('\n') && !this.#hasAsked) {
      yield { kind: 'asks', question: this.takeQuestion() };
    } else {
      yield { kind: 'may-ask' };
    }
  }

  /** Goes on behind a word; what stood before it. */
  #skip(word: string): string | undefined {
    const at = this.#heard.indexOf(word);
    if (at === -1) return undefined;
    const before = this.#heard.toString('utf8', 0, at);
    this.#heard = this.#heard.subarray(at + word.length);
    return before;
  }
}

async function* continueWith(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
