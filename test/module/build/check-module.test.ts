import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ArtifactKey, ElfBuildId, KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import { checkModule } from '../../../src/module/build/check-module.ts';
import { elfModule } from '../../support/elf-module.ts';

type Wanted = Parameters<typeof checkModule>[0];

const certificate = { path: 'keys/mok.der', base64: '', sha256: '' };
const wanted: Wanted = {
  module: 'io' as ModuleName,
  release: '6.1.0-1' as KernelRelease,
  machine: 'x86_64' as Machine,
  options: { guru: false, defines: {}, beltSeconds: 90 },
  artifact: { key: 'k1' as ArtifactKey, state: 'to-build' },
};
const module = elfModule(['vermagic=6.1.0-1 SMP mod_unload', 'parmtype=n:int64_t']);

test('what the plan asked for is an artifact', () => {
  expect(checkModule(wanted, module, undefined)).toEqual({
    ok: true,
    value: {
      key: 'k1',
      module: 'io',
      bytes: module,
      sha256: createHash('sha256').update(module).digest('hex'),
      vermagic: '6.1.0-1 SMP mod_unload',
      parameters: [{ name: 'n', type: 'int64_t' }],
      binaries: [],
    },
  });
});

test.each<[what: string, change: Partial<Wanted>, bytes: Buffer, error: string]>([
  ['no module', {}, Buffer.from('make: ***'), 'what stap built is no module: it is no ELF file'],
  [
    'one for another kernel',
    { release: '6.1.0-10' as KernelRelease },
    module,
    'the module was built for 6.1.0-1, wanted was 6.1.0-10',
  ],
  [
    'one for another machine',
    { machine: 'aarch64' as Machine },
    module,
    'the module is for ELF machine 62, aarch64 is 183',
  ],
  [
    'one without the signature that it was to have',
    { options: { ...wanted.options, sign: { key: '/k', hash: 'sha256', certificate } } },
    module,
    'the module was to be signed, and is not',
  ],
])('%s is refused', (_what, change, bytes, error) => {
  expect(checkModule({ ...wanted, ...change }, bytes, undefined)).toEqual({ ok: false, error: { cause: error } });
});

test('a machine whose number is not known is not compared', () => {
  expect(checkModule({ ...wanted, machine: 'e2k' as Machine }, module, undefined).ok).toBe(true);
});

const ours = { path: '/opt/victim', buildId: '8b14ab' as ElfBuildId };
const probes = {
  count: 1,
  probes: ['{ .finder={ .purpose="inode-uprobes", }, .solib_pathname="/opt/victim",'],
  symbols: ['.name = "/opt/victim",', '.build_id_bits = (unsigned char *)"\\x8b\\x14\\xab",', '.build_id_len = 3,'],
};
const probing: Buffer = Buffer.concat([module, Buffer.from('\0inode-uprobes\0')]);

test('the files that it has breakpoints for, and those that were planned, go with it', () => {
  const other = { path: '/opt/other', buildId: '0a' as ElfBuildId };
  const binaries = (build: Partial<Wanted>, told: typeof probes | undefined, bytes: Uint8Array = probing): unknown => {
    const checked = checkModule({ ...wanted, ...build }, bytes, told);
    return checked.ok ? checked.value.binaries : checked.error;
  };
  expect(binaries({}, probes)).toEqual([ours]);
  expect(binaries({ binaries: [ours] }, probes)).toEqual([ours]);
  expect(binaries({ binaries: [other] }, probes)).toEqual([other, ours]);
  expect(binaries({ binaries: [other] }, undefined, module)).toEqual([other]);
  expect(binaries({ binaries: [{ ...ours, buildId: '459f0123456789' as ElfBuildId }] }, probes)).toEqual({
    cause:
      'the build host has another /opt/victim than the hosts of this build: its build-id is 8b14ab, theirs 459f01234567',
    cure: 'install the same version of its package on the build host, or name a build host that has it',
  });
});

test('a module that probes files, and does not say which, is none', () => {
  expect(checkModule(wanted, probing, undefined)).toMatchObject({
    error: { cause: expect.stringContaining('stap has left no C that says so') },
  });
  const served = { ...wanted, options: { ...wanted.options, useServer: true as const } };
  expect(checkModule(served, probing, undefined)).toEqual({
    ok: false,
    error: {
      cause:
        'it cannot be told which files in user space the module has breakpoints for: a compile server made it, and does not say so',
      cure: 'build this script without use_server, on a host that has these files and SystemTap',
    },
  });
  expect(checkModule(served, module, undefined).ok).toBe(true);
});
