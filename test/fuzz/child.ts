import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeInput } from './make-input.ts';
import { readers } from './readers/readers.ts';

/** What `run.ts` asks of this process: inputs of one reader, from `index` on, for so long or so many. */
export interface Errand {
  readonly reader: string;
  readonly seed: number;
  readonly index: number;
  readonly count: number;
  readonly forMs: number;
}

/** What it says meanwhile. An input that nothing is heard of any more has ended this process, or does not end. */
export type Word =
  | { readonly kind: 'begun'; readonly index: number }
  | { readonly kind: 'thrown'; readonly index: number; readonly stack: string }
  | { readonly kind: 'costly'; readonly index: number; readonly why: string }
  /** How many times as long it took for an input that is four times as long. */
  | { readonly kind: 'growth'; readonly index: number; readonly ratio: number; readonly ms: number }
  | { readonly kind: 'done'; readonly next: number };

/** The most that an input of 1 MB may cost: seconds of CPU, and MB that buffers hold at the end, or the process needed at once. */
const most = { cpuMs: 5_000, heldMb: 300, peakMb: 1_000 };
/** Of a short input. */
const mostCpuMsOfShort = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'tapbook-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit());
process.on('message', (errand: Errand) => void run(errand));

function say(word: Word): void {
  process.send?.(word);
}

async function run({ reader: name, seed, index: from, count, forMs }: Errand): Promise<void> {
  const reader = readers.find(one => one.name === name);
  if (reader === undefined) throw new Error(`there is no reader ${name}`);
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const until = performance.now() + forMs;
  let index = from;
  for (; index < from + count && (index === from || performance.now() < until); index++) {
    say({ kind: 'begun', index });
    const text = makeInput(reader, { seed, index });
    const before = process.memoryUsage().external;
    const began = process.cpuUsage();
    try {
      await reader.read(text, own);
    } catch (error) {
      say({ kind: 'thrown', index, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const cpuMs = msSince(began);
    const heldMb = (process.memoryUsage().external - before) / 1e6;
    const peakMb = process.resourceUsage().maxRSS / 1024;
    const mostMs = Math.max(mostCpuMsOfShort, (most.cpuMs * text.length) / 1e6);
    if (cpuMs > mostMs)
      say({ kind: 'costly', index, why: `${Math.round(cpuMs)} ms of CPU for ${text.length} characters` });
    if (heldMb > most.heldMb) say({ kind: 'costly', index, why: `${Math.round(heldMb)} MB more are held` });
    if (peakMb > most.peakMb) {
      say({ kind: 'costly', index, why: `${Math.round(peakMb)} MB were needed at once` });
      process.exit();
    }
    if (text.length > 250_000 && cpuMs > 200) {
      const shorter = makeInput(reader, { seed, index }, 0.25);
      const again = process.cpuUsage();
      await Promise.resolve(reader.read(shorter, own)).catch(() => undefined);
      say({ kind: 'growth', index, ratio: cpuMs / Math.max(1, msSince(again)), ms: cpuMs });
    }
    // What has been begun may fail later, and words go out.
    if (index % 16 === 0) await sleep(0);
  }
  say({ kind: 'done', next: index });
}

function msSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
