import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesInMemory } from '../../src/elf/byte-source.ts';
import { readBinaryProbes } from '../../src/elf/read-binary-probes.ts';
import { err, ok } from '../../src/model/result.ts';
import { type ElfForm, elfFile, elfNote, elfSymbols, sdtNote, type WrittenSection } from '../support/elf-file.ts';

const id = '459f0d5c7d3ce48ee7a81de9d7a6ec8d3ae1f2a4';
const forms: readonly ElfForm[] = ['like-x86_64', 'like-i686', 'like-s390x', 'like-ppc'];

function sectionsOf(form: ElfForm): readonly WrittenSection[] {
  const full = elfSymbols(form, ['main', 'slow_path', { name: 'environ', type: 1 }, { name: 'puts', section: 0 }]);
  const dynamic = elfSymbols(form, ['BeginCommand', 'main', { name: 'memcpy', type: 10 }]);
  const marks = [
    { provider: 'postgresql', name: 'query__start', arguments: '8@%rax', pc: 0x1000n },
    {
      provider: 'postgresql',
      name: 'lwlock__acquire',
      arguments: '8@16(%rbp) -4@%ebx',
      pc: 0x1010n,
      semaphore: 0x4000n,
    },
    { provider: 'postgresql', name: 'query__start', arguments: '8@%r12', pc: 0x1020n },
  ];
  return [
    { name: '.note.gnu.build-id', type: 7, bytes: elfNote(form, 'GNU', 3, Buffer.from(id, 'hex')), segment: 4 },
    { name: '.note.stapsdt', type: 7, bytes: Buffer.concat(marks.map(mark => sdtNote(form, mark))) },
    { name: '.symtab', type: 2, bytes: full.symbols, link: '.strtab' },
    { name: '.strtab', type: 3, bytes: full.names },
    { name: '.dynsym', type: 11, bytes: dynamic.symbols, link: '.dynstr' },
    { name: '.dynstr', type: 3, bytes: dynamic.names },
    { name: '.gnu_debuglink', type: 1, bytes: Buffer.from('9f0d.debug\0\0\x01\x02\x03\x04', 'latin1') },
    { name: '.gnu_debugdata', type: 1, bytes: Buffer.from('xz') },
  ];
}

test.each(forms)('what a file says of itself, %s', async form => {
  const file = elfFile(sectionsOf(form), 62, form);
  expect(await readBinaryProbes(bytesInMemory(file))).toEqual(
    ok({
      buildId: id,
      bytes: file.length,
      markers: [
        {
          provider: 'postgresql',
          name: 'lwlock__acquire',
          arguments: [
            { type: 'unsigned long', operand: '16(%rbp)' },
            { type: 'int', operand: '%ebx' },
          ],
          places: 1,
        },
        {
          provider: 'postgresql',
          name: 'query__start',
          arguments: [{ type: 'unsigned long', operand: '%rax' }],
          places: 2,
        },
      ],
      functions: ['BeginCommand', 'main', 'memcpy', 'slow_path'],
      debugInfo: { dwarf: 'none', link: '9f0d.debug', miniDebugInfo: true },
    }),
  );
});

test('a file without notes, symbols and debuginfo has none', async () => {
  const file = elfFile([{ name: '.text', type: 1, bytes: Buffer.alloc(16) }], 183, 'like-x86_64');
  expect(await readBinaryProbes(bytesInMemory(file))).toEqual(
    ok({ bytes: file.length, markers: [], functions: [], debugInfo: { dwarf: 'none', miniDebugInfo: false } }),
  );
});

test.each([['.debug_info'], ['.zdebug_info']])('DWARF of its own in %s', async name => {
  const file = elfFile([{ name, type: 1, bytes: Buffer.alloc(8) }], 62, 'like-x86_64');
  expect(await readBinaryProbes(bytesInMemory(file))).toMatchObject({ value: { debugInfo: { dwarf: 'own' } } });
});

test('separate debuginfo has headers of sections that are not in it', async () => {
  const form = 'like-x86_64';
  const [noteBytes, { names }] = [sdtNote(form, { provider: 'p', name: 'm' }), elfSymbols(form, ['main'])];
  const file = elfFile(
    [
      { name: '.note.gnu.build-id', type: 7, bytes: elfNote(form, 'GNU', 3, Buffer.from(id, 'hex')) },
      { name: '.note.stapsdt', type: 8, bytes: noteBytes },
      { name: '.dynsym', type: 8, bytes: Buffer.alloc(48), link: '.dynstr' },
      { name: '.dynstr', type: 8, bytes: names },
      { name: '.debug_info', type: 1, bytes: Buffer.alloc(8) },
    ],
    62,
    form,
  );
  expect(await readBinaryProbes(bytesInMemory(file))).toMatchObject({
    value: { buildId: id, markers: [], functions: [], debugInfo: { dwarf: 'own' } },
  });
});

test('only the tables and the parts that matter are read', async () => {
  const form = 'like-x86_64';
  const large = { name: '.text', type: 1, bytes: Buffer.alloc(20_000_000) };
  const file = elfFile([large, ...sectionsOf(form)], 62, form);
  let read = 0;
  const counted = await readBinaryProbes({
    size: file.length,
    readAt(offset, length) {
      read += length;
      return Promise.resolve(ok(file.subarray(offset, offset + length)));
    },
  });
  expect(counted).toMatchObject({ value: { buildId: id, bytes: file.length } });
  expect(read).toBeLessThan(4000);
});

test('why a file cannot be read', async () => {
  const read = (bytes: Buffer) => readBinaryProbes(bytesInMemory(bytes));
  const whole = elfFile(sectionsOf('like-x86_64'), 62, 'like-x86_64');
  expect(await read(Buffer.from('#!/bin/sh\n'))).toEqual(err('it is no ELF file'));
  expect(await read(Buffer.alloc(0))).toEqual(err('it is no ELF file'));
  expect(await read(whole.subarray(0, 60))).toEqual(err('it is cut short'));
  expect(await read(whole.subarray(0, -1))).toEqual(err('it is cut short'));
  expect(await readBinaryProbes({ size: 64, readAt: async () => err('the host is gone') })).toEqual(
    err('the host is gone'),
  );
  const huge = elfFile([{ name: '.note.stapsdt', type: 7, bytes: Buffer.alloc(8) }], 62, 'like-x86_64');
  // The size of the first section, in its header behind the empty one.
  huge.writeBigUInt64LE(2n ** 60n, huge.length - 2 * 64 + 32);
  expect(await read(huge)).toEqual(err('it is cut short'));
});

test('damaged bytes never throw', async () => {
  const wholes = forms.map(form => elfFile(sectionsOf(form), 62, form));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...wholes),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      async (whole, changes, end) => {
        const damaged = Buffer.from(whole.subarray(0, whole.length - (end % 3 === 0 ? end % whole.length : 0)));
        for (const [at, byte] of changes) if (damaged.length > 0) damaged[at % damaged.length] = byte;
        const read = await readBinaryProbes(bytesInMemory(damaged));
        expect(typeof read.ok).toBe('boolean');
      },
    ),
    { numRuns: 400 },
  );
});

const readelf = (option: string, path: string): string =>
  spawnSync('readelf', ['--wide', option, path], { encoding: 'utf8', maxBuffer: 1e8 }).stdout ?? '';
const hasReadelf = readelf('--version', '/bin/sh') !== '';

test.runIf(hasReadelf)('build-id, functions and marks of programs here are those that readelf finds', async () => {
  for (const path of ['/bin/sh', '/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libstdc++.so.6'].flatMap(
    realPath,
  )) {
    const read = await readBinaryProbes(bytesInMemory(readFileSync(path)));
    if (!read.ok) throw new Error(`${path}: ${read.error}`);
    const notes = readelf('--notes', path);
    expect(read.value.buildId, path).toBe(/Build ID: ([0-9a-f]+)/.exec(notes)?.[1]);
    const marks = [...notes.matchAll(/Provider: (.*)\n\s*Name: (.*)/g)].map(
      ([, provider, name]) => `${provider} ${name}`,
    );
    expect(read.value.markers.map(({ provider, name }) => `${provider} ${name}`)).toEqual(
      [...new Set(marks)].toSorted(),
    );
    const functions = readelf('--symbols', path)
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , type, , , section]) => (type === 'FUNC' || type === 'IFUNC') && section !== 'UND')
      .map(([, , , , , , , name]) => name?.replace(/@.*/, ''));
    expect(read.value.functions).toEqual([...new Set(functions)].toSorted());
  }
});

function realPath(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
