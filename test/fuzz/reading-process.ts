import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Errand, Word } from './child.ts';
import type { Findings } from './findings.ts';

/** How far a reader has come. */
export interface ReaderProgress {
  inputs: number;
  seconds: number;
  /** Where time grew most with length. */
  worst: { readonly ratio: number; readonly ms: number; readonly index: number } | undefined;
}

/** A process that reads; there is another one after each input that has ended it. */
export interface ReadingProcess extends Disposable {
  /** Runs an errand to its end. */
  run(errand: Errand, progress: ReaderProgress): Promise<void>;
}

/** An input that takes longer does not end. In milliseconds. */
const longestMs = 60_000;
/** Heap of the process that reads, in MB: 300 for an input, besides what the program itself takes. */
const heapMb = 400;

export function startReading(findings: Findings): ReadingProcess {
  let child: ChildProcess | undefined;
  const running = (): ChildProcess => {
    child ??= fork(new URL('child.ts', import.meta.url), {
      execArgv: [...process.execArgv, `--max-old-space-size=${heapMb}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return child;
  };
  return {
    async run(errand, progress) {
      const began = performance.now();
      const end = errand.index + errand.count;
      let index = errand.index;
      for (let leftMs = errand.forMs; index < end && (leftMs > 0 || index === errand.index); ) {
        const own = running();
        const reached = await runIn(own, { ...errand, index, count: end - index, forMs: leftMs }, progress, findings);
        if (own.exitCode !== null || own.signalCode !== null) child = undefined;
        progress.inputs += reached.index - index;
        index = reached.index;
        if (reached.isDone) break;
        leftMs = errand.forMs - (performance.now() - began);
      }
      progress.seconds += (performance.now() - began) / 1000;
    },
    [Symbol.dispose]() {
      if (child?.connected) child.disconnect();
    },
  };
}

/** The number of the first input that was not read, and whether the process got there alive. */
async function runIn(
  child: ChildProcess,
  errand: Errand,
  progress: ReaderProgress,
  findings: Findings,
): Promise<{ readonly index: number; readonly isDone: boolean }> {
  const { reader } = errand;
  let { index } = errand;
  let said = '';
  let isCostly = false;
  let watch: NodeJS.Timeout | undefined;
  const hear = (text: Buffer): void => {
    said = (said + text.toString()).slice(-4_000);
  };
  const done = new Promise<number>(resolve => {
    child.on('message', (word: Word) => {
      if (word.kind === 'done') return resolve(word.next);
      index = word.index;
      if (word.kind === 'begun') {
        clearTimeout(watch);
        watch = setTimeout(() => {
          findings.add(reader, index, 'no end');
          child.kill('SIGKILL');
        }, longestMs);
      } else if (word.kind === 'growth') {
        if (word.ratio > (progress.worst?.ratio ?? 0)) progress.worst = word;
      } else {
        isCostly = word.kind === 'costly';
        findings.add(reader, index, word.kind === 'thrown' ? word.stack : word.why);
      }
    });
  });
  const over = new AbortController();
  child.stderr?.on('data', hear);
  child.send(errand);
  const ended = once(child, 'close', { signal: over.signal }) as Promise<[number | null, NodeJS.Signals | null]>;
  const next = await Promise.race([done, ended]);
  clearTimeout(watch);
  child.removeAllListeners('message');
  child.stderr?.off('data', hear);
  over.abort();
  if (typeof next === 'number') {
    await ended.catch(() => undefined);
    return { index: next, isDone: true };
  }
  const [code, signal] = next;
  if (signal !== 'SIGKILL' && !(code === 0 && isCostly)) {
    findings.add(reader, index, `the process ended with ${signal ?? code}\n${said}`);
  }
  return { index: index + 1, isDone: false };
}
