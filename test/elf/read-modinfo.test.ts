import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readModinfo } from '../../src/elf/read-modinfo.ts';
import { elfModule } from '../support/elf-module.ts';

const module = elfModule([
  'parmtype=n:int64_t',
  'parmtype=who:string',
  'license=GPL',
  'parm=_stp_bufsize:buffer size',
  'parmtype=_stp_bufsize:int',
  'name=hello',
  'vermagic=6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions ',
]);

test('name, vermagic, machine and parameters', () => {
  expect(readModinfo(module)).toEqual({
    ok: true,
    value: {
      name: 'hello',
      vermagic: '6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions ',
      elfMachine: 62,
      parameters: [
        { name: 'n', type: 'int64_t' },
        { name: 'who', type: 'string' },
        { name: '_stp_bufsize', type: 'int' },
      ],
    },
  });
});

test.each([
  ['like-i686', 3],
  ['like-s390x', 22],
] as const)('a module %s', (form, machine) => {
  const foreign = elfModule(['name=hello', 'parmtype=n:int64_t', 'vermagic=6.1.0-1 SMP '], machine, form);
  expect(readModinfo(foreign)).toEqual({
    ok: true,
    value: {
      name: 'hello',
      vermagic: '6.1.0-1 SMP ',
      elfMachine: machine,
      parameters: [{ name: 'n', type: 'int64_t' }],
    },
  });
});

test('a view into a larger buffer is read from its own start', () => {
  const padded = Buffer.concat([Buffer.alloc(13), module]);
  expect(readModinfo(padded.subarray(13))).toEqual(readModinfo(module));
});

test('what is no module is said, not thrown', () => {
  expect(readModinfo(Buffer.from('#!/bin/sh\n'))).toEqual({ ok: false, error: 'it is no ELF file' });
  expect(readModinfo(module.subarray(0, 200))).toEqual({ ok: false, error: 'it is cut short' });
  expect(readModinfo(elfModule(['name=x']))).toEqual({ ok: false, error: 'it has no vermagic' });
});

test('damaged bytes never throw', () => {
  fc.assert(
    fc.property(fc.nat(module.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(module);
      damaged[at] = byte;
      expect(readModinfo(damaged)).toHaveProperty('ok');
    }),
  );
});
