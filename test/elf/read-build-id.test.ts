import { expect, test } from 'vitest';
import { bytesInMemory } from '../../src/elf/byte-source.ts';
import { openElf } from '../../src/elf/open-elf.ts';
import { readBuildId } from '../../src/elf/read-build-id.ts';
import { ok } from '../../src/model/result.ts';
import { elfFile, elfNote, type WrittenSection } from '../support/elf-file.ts';

const form = 'like-x86_64';
const id = Buffer.from('459f0d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4', 'hex');
const other = Buffer.from('8b140d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4', 'hex');
const note = (bytes: Buffer) => elfNote(form, 'GNU', 3, bytes);
const text: WrittenSection = { name: '.text', type: 1, bytes: Buffer.alloc(4) };

async function idOf(...sections: readonly WrittenSection[]) {
  const file = await openElf(bytesInMemory(elfFile([text, ...sections], 62, form)));
  return file.ok ? readBuildId(file.value) : file;
}

test('of a segment, behind other notes', async () => {
  const abi = elfNote(form, 'GNU', 1, Buffer.alloc(16));
  const property = elfNote(form, 'GNU', 5, Buffer.alloc(20), 8);
  expect(
    await idOf(
      { name: '.note.gnu.property', type: 7, bytes: property, segment: 4, align: 8 },
      { name: '.note', type: 7, bytes: Buffer.concat([abi, note(id)]), segment: 4 },
    ),
  ).toEqual(ok(id.toString('hex')));
});

test('of a section, where no segment has it', async () => {
  expect(
    await idOf(
      { name: '.note.other', type: 7, bytes: note(other) },
      { name: '.note.gnu.build-id', type: 7, bytes: note(id) },
    ),
  ).toEqual(ok(id.toString('hex')));
  expect(await idOf({ name: '.note.any', type: 7, bytes: note(id) })).toEqual(ok(id.toString('hex')));
});

test('of a segment before sections', async () => {
  const segment = { name: '.note.a', type: 7, bytes: note(id), segment: 4 };
  expect(await idOf({ name: '.note.gnu.build-id', type: 7, bytes: note(other) }, segment)).toEqual(
    ok(id.toString('hex')),
  );
});

test('an id may be short; notes that only look like one are none', async () => {
  const named = (bytes: Buffer): WrittenSection => ({ name: '.note.gnu.build-id', type: 7, bytes, segment: 4 });
  expect(await idOf(named(note(Buffer.from('a1b2', 'hex'))))).toEqual(ok('a1b2'));
  expect(await idOf(named(note(Buffer.alloc(0))))).toEqual(ok(undefined));
  expect(await idOf(named(note(Buffer.alloc(65))))).toEqual(ok(undefined));
  expect(await idOf(named(elfNote(form, 'Go', 3, id)))).toEqual(ok(undefined));
  expect(await idOf(named(elfNote(form, 'GNU', 1, id)))).toEqual(ok(undefined));
});
