import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeInput } from './make-input.ts';
import { readers } from './readers/readers.ts';

/** What was found, each kind once. */
export interface Findings {
  /** Of one reader, or in all. */
  count(reader?: string): number;
  /** `what` tells kinds apart: the beginning of a stack, `no end`. */
  add(reader: string, index: number, what: string): void;
}

/** Each becomes a small file with how to repeat it, and one with its input. */
export function createFindings(folder: string, seed: number): Findings {
  const known = new Map<string, string>();
  return {
    count: reader => [...known.values()].filter(one => reader === undefined || one === reader).length,
    add(name, index, what) {
      const kind = what.split('\n').slice(0, 3).join('\n').replace(/\d+/g, 'N').slice(0, 300);
      const digest = createHash('sha256').update(`${name}\n${kind}`).digest('hex').slice(0, 8);
      if (known.has(digest)) return;
      known.set(digest, name);
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name}-${digest}`);
      const repeat = `npm run fuzz -- --only ${name} --seed ${seed} --input ${index}`;
      writeFileSync(`${path}.txt`, `${repeat}\n\n${what}\n`);
      const reader = readers.find(one => one.name === name);
      if (reader !== undefined) writeFileSync(`${path}.input`, makeInput(reader, { seed, index }));
      console.log(`${name}, input ${index}: ${what.split('\n', 2).join(' ').slice(0, 200)}`);
    },
  };
}
