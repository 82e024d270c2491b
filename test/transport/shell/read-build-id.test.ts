import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesInMemory } from '../../../src/elf/byte-source.ts';
import { openElf } from '../../../src/elf/open-elf.ts';
import { readBuildId } from '../../../src/elf/read-build-id.ts';
import { type ElfForm, elfFile, elfNote, elfWriter, type WrittenSection } from '../../support/elf-file.ts';
import { shells } from '../../support/shells.ts';

const forms: readonly ElfForm[] = ['like-x86_64', 'like-i686', 'like-s390x', 'like-ppc'];
const id = Buffer.from('459f0d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4', 'hex');
const text: WrittenSection = { name: '.text', type: 1, bytes: Buffer.alloc(4) };
const segment = (bytes: Buffer, align = 4): WrittenSection => ({ name: '.note', type: 7, bytes, segment: 4, align });

/** Files of one form by what is special about them, with the build-id that each has. */
function layouts(form: ElfForm): readonly (readonly [what: string, file: Buffer, buildId: string | undefined])[] {
  const own = elfNote(form, 'GNU', 3, id);
  const abi = elfNote(form, 'GNU', 1, Buffer.alloc(16));
  const property = elfNote(form, 'GNU', 5, Buffer.alloc(20), 8);
  const file = (...sections: readonly WrittenSection[]): Buffer => elfFile([text, ...sections], 62, form);
  const sized = (bytes: number): Buffer => elfNote(form, 'GNU', 3, Buffer.alloc(bytes, 0xab));
  const whole = file(segment(own));
  const offset = elfWriter(form).bits === 32 ? 28 : 32;
  const withHeadersAt = (at: bigint): Buffer => {
    const bytes = Buffer.from(whole);
    elfWriter(form).wide(at).copy(bytes, offset);
    return bytes;
  };
  return [
    ['one note', whole, id.toString('hex')],
    ['behind other notes of its segment', file(segment(Buffer.concat([abi, own]))), id.toString('hex')],
    ['in a second segment', file(segment(property, 8), segment(own)), id.toString('hex')],
    [
      'aligned by 8, behind a note that is padded',
      file(segment(Buffer.concat([property, elfNote(form, 'GNU', 3, id, 8)]), 8)),
      id.toString('hex'),
    ],
    [
      'behind the first page',
      file({ name: '.data', type: 1, bytes: Buffer.alloc(70_000, 1) }, segment(own)),
      id.toString('hex'),
    ],
    ['of 16 bytes', file(segment(sized(16))), 'ab'.repeat(16)],
    ['of 32 bytes', file(segment(sized(32))), 'ab'.repeat(32)],
    ['of 1 byte', file(segment(sized(1))), 'ab'],
    ['of an odd number of bytes, before another note', file(segment(Buffer.concat([sized(7), abi]))), 'ab'.repeat(7)],
    ['of too many bytes', file(segment(sized(65))), undefined],
    ['empty', file(segment(sized(0))), undefined],
    ['another owner', file(segment(elfNote(form, 'Go', 3, id))), undefined],
    ['another type', file(segment(elfNote(form, 'GNU', 1, id))), undefined],
    ['no segments', file(), undefined],
    ['cut in the note', whole.subarray(0, whole.indexOf(id) + 5), undefined],
    ['a note that says it is huge', file(segment(Buffer.concat([Buffer.alloc(12, 0xff), own]))), undefined],
    ['program headers behind the end', withHeadersAt(BigInt(whole.length + 10)), undefined],
    ['program headers nowhere', withHeadersAt(0n), undefined],
  ];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-ids-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(forms)('%s', form => {
  test.each(shells)('%s finds the build-id where the kernel would look for it', async (name, [shell, ...options]) => {
    const all = layouts(form);
    const paths = await Promise.all(
      all.map(async ([, bytes], index) => {
        const path = join(folder, `${form}-${name}-${index}`);
        await writeFile(path, bytes);
        return path;
      }),
    );
    const piece = await readFile(new URL('../../../src/transport/shell/read-build-id.sh', import.meta.url), 'utf8');
    const script = `${piece}\nset -u\nfor file; do read_build_id "$file"; echo "\${build_id:-$id_problem}"; done`;
    const ran = spawnSync(shell, [...options, '-c', script, 'sh', ...paths], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const found = ran.stdout.trimEnd().split('\n');
    expect(Object.fromEntries(all.map(([what], index) => [what, found[index]]))).toEqual(
      Object.fromEntries(all.map(([what, , buildId]) => [what, buildId ?? 'no-build-id'])),
    );
  });

  test('the reader of fetched files finds the same', async () => {
    for (const [what, bytes, buildId] of layouts(form)) {
      // It reads sections as well, which say the same in these files but where the program headers are wrong.
      if (what.startsWith('program headers') || what.startsWith('cut')) continue;
      const file = await openElf(bytesInMemory(bytes));
      if (!file.ok) throw new Error(`${what}: ${file.error}`);
      const read = await readBuildId(file.value);
      expect([what, read.ok ? read.value : read.error]).toEqual([what, buildId]);
    }
  });
});
