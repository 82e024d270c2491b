import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ArtifactKey, KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
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
  expect(checkModule(wanted, module)).toEqual({
    ok: true,
    value: {
      key: 'k1',
      module: 'io',
      bytes: module,
      sha256: createHash('sha256').update(module).digest('hex'),
      vermagic: '6.1.0-1 SMP mod_unload',
      parameters: [{ name: 'n', type: 'int64_t' }],
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
  expect(checkModule({ ...wanted, ...change }, bytes)).toEqual({ ok: false, error });
});

test('a machine whose number is not known is not compared', () => {
  expect(checkModule({ ...wanted, machine: 'e2k' as Machine }, module).ok).toBe(true);
});
