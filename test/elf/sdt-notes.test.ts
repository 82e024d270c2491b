import { expect, test } from 'vitest';
import { bytesInMemory } from '../../src/elf/byte-source.ts';
import { openElf } from '../../src/elf/open-elf.ts';
import { readSdtArguments } from '../../src/elf/sdt-arguments.ts';
import { readSdtNotes } from '../../src/elf/sdt-notes.ts';
import { ok } from '../../src/model/result.ts';
import { type ElfForm, elfFile, elfNote, sdtNote } from '../support/elf-file.ts';

async function notesOf(form: ElfForm, notes: readonly Buffer[], baseAddress?: bigint) {
  const base = { name: '.stapsdt.base', type: 1, bytes: Buffer.alloc(1), address: baseAddress ?? 0n };
  const marks = { name: '.note.stapsdt', type: 7, bytes: Buffer.concat(notes) };
  const file = await openElf(bytesInMemory(elfFile(baseAddress === undefined ? [marks] : [marks, base], 62, form)));
  return file.ok ? readSdtNotes(file.value) : file;
}

const linked = { provider: 'p', name: 'm', pc: 0x1000n, base: 0x2000n, semaphore: 0x3000n };

test.each(['like-x86_64', 'like-i686', 'like-s390x'] as const)('prelink moves pc and semaphore, %s', async form => {
  const plain = { provider: 'p', name: 'm', arguments: [] };
  const note = sdtNote(form, linked);
  expect(await notesOf(form, [note])).toEqual(ok([{ ...plain, pc: 0x1000n, semaphore: 0x3000n }]));
  expect(await notesOf(form, [note], 0x2000n)).toEqual(ok([{ ...plain, pc: 0x1000n, semaphore: 0x3000n }]));
  expect(await notesOf(form, [note], 0x2800n)).toEqual(ok([{ ...plain, pc: 0x1800n, semaphore: 0x3800n }]));
  expect(await notesOf(form, [note], 0x1800n)).toEqual(ok([{ ...plain, pc: 0x800n, semaphore: 0x2800n }]));
  const silent = sdtNote(form, { ...linked, semaphore: 0n });
  expect(await notesOf(form, [silent], 0x2800n)).toEqual(ok([{ ...plain, pc: 0x1800n }]));
});

test('notes of others, and those that are cut short, are left out', async () => {
  const form = 'like-x86_64';
  const [good, other] = [sdtNote(form, linked), elfNote(form, 'stap', 3, Buffer.alloc(30))];
  const short = elfNote(form, 'stapsdt', 3, Buffer.alloc(20));
  const endless = elfNote(form, 'stapsdt', 3, Buffer.concat([Buffer.alloc(24), Buffer.from('p\0m\0no end')]));
  const found = await notesOf(form, [other, short, endless, good, good.subarray(0, -8)]);
  expect(found).toEqual(ok([expect.objectContaining({ provider: 'p', name: 'm' })]));
});

test.each([
  // x86_64
  ['8@%rbx -4@$1 4@-20(%rbp)', ['unsigned long %rbx', 'int $1', 'unsigned int -20(%rbp)']],
  [
    '-1@%al 1@%bl -2@%ax 2@%bx -8@global+16(%rip)',
    ['char %al', 'unsigned char %bl', 'short %ax', 'unsigned short %bx', 'long global+16(%rip)'],
  ],
  // aarch64: an operand may have a space
  ['8@x19 -4@[sp, 12] 4@w0 -8@-1', ['unsigned long x19', 'int [sp, 12]', 'unsigned int w0', 'long -1']],
  ['8@[x0, x1] -4@[sp]', ['unsigned long [x0, x1]', 'int [sp]']],
  // floating point, a size that nobody has, none at all
  ['8f@%xmm0 4f@%xmm1 16@%xmm2', ['double %xmm0', 'float %xmm1', 'unknown %xmm2']],
  ['%rax %rbx', ['unknown %rax', 'unknown %rbx']],
  ['', []],
])('arguments %s', (text, expected) => {
  expect(readSdtArguments(text).map(({ type, operand }) => `${type} ${operand}`)).toEqual(expected);
});

test('arguments are bounded, and safe to print', () => {
  expect(readSdtArguments(Array(1000).fill('8@%rax').join(' '))).toHaveLength(32);
  expect(readSdtArguments(`8@\x1b[31m${'x'.repeat(1000)}`)[0]?.operand).toMatch(/^x{199}…$/);
});
