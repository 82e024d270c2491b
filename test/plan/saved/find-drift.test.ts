import { expect, test } from 'vitest';
import type { HostFacts } from '../../../src/facts/host-facts.ts';
import type { PresentBinary } from '../../../src/model/binary.ts';
import { sayChanges } from '../../../src/model/drift.ts';
import { identifyConnection } from '../../../src/model/host.ts';
import { decisiveFacts, identifyBuildHost } from '../../../src/plan/saved/decisive-facts.ts';
import { findBuildHostDrift, findConnectionDrift, findFactsDrift } from '../../../src/plan/saved/find-drift.ts';
import { bind, makeBuilder, makeFacts, makeHost, makeKernel, makeTree, presentBinary, probing, ready } from '../rig.ts';

const decisive = (facts: HostFacts) => decisiveFacts({ facts, probed: [] });
const then = decisive(makeFacts({ bootId: 'a' }));

test.each([
  ['nothing', makeFacts({ bootId: 'a', freeBytes: 0, loadAverage: [9, 9, 9] }), '', ''],
  ['a reboot', makeFacts({ bootId: 'b' }), '', 'boot-id a → b'],
  ['nothing is known of its boots any more', makeFacts(), '', ''],
  [
    'another kernel',
    makeFacts({ bootId: 'b', kernel: makeKernel('6.2', '#2', 'aarch64') }),
    'release 6.1.0-56-cloud-amd64 → 6.2, machine x86_64 → aarch64, version #1 SMP Debian → #2',
    'boot-id a → b',
  ],
  [
    'another build of the same kernel',
    makeFacts({ kernel: makeKernel(undefined, '#2') }),
    'version #1 SMP Debian → #2',
    '',
  ],
  [
    'another runtime',
    makeFacts({ bootId: 'a', staprun: { path: '/usr/bin/staprun', version: '5.2', executable: true } }),
    'runtime 5.1 → 5.2',
    '',
  ],
])('%s', (_what, facts, changes, booted) => {
  const drift = findFactsDrift(then, decisive(facts));
  expect([sayChanges(drift.changes), sayChanges(drift.booted)]).toEqual([changes, booted]);
});

test('what another machine says stays on its line', () => {
  expect(sayChanges([{ what: 'version', was: 'a\n\x1b[2Jb', is: 'x'.repeat(500) }])).toBe(
    `version a b → ${'x'.repeat(119)}…`,
  );
});

test('a runtime that is gone, or came', () => {
  const { staprun: _, ...without } = makeFacts({ bootId: 'a' });
  expect(sayChanges(findFactsDrift(then, decisive(without)).changes)).toBe('runtime 5.1 → none');
  expect(sayChanges(findFactsDrift(decisive(without), then).changes)).toBe('runtime none → 5.1');
});

test('another build of a probed file; what only the build looks into does not count', () => {
  const [db, libz] = ['/usr/bin/db', '/usr/lib/libz.so.1'];
  const probed = [probing(db), probing(libz), probing('/usr/bin/types', { use: 'build' })];
  const of = (...binaries: readonly PresentBinary[]) =>
    decisiveFacts(ready('db1', { scripts: [bind(), bind(), bind()], probed, binaries }));
  const was = of(presentBinary(db, '459f'), presentBinary('/usr/bin/types', '11'), presentBinary(libz, 'aa'));
  expect(was.binaries?.map(({ path }) => path)).toEqual([db, libz]);
  const drift = (...binaries: readonly PresentBinary[]): string =>
    sayChanges(findFactsDrift(was, of(...binaries)).changes);
  const same = presentBinary(libz, 'aa');
  expect(drift(presentBinary(db, '459f'), same, presentBinary('/usr/bin/types', '22'))).toBe('');
  expect(drift(presentBinary(db, '8b14'), same)).toBe('binary /usr/bin/db 459f00000000 → 8b1400000000');
  expect(drift(same)).toBe('binary /usr/bin/db 459f00000000 → none');
  const moved = { ...presentBinary(db, '459f'), realPath: '/opt/db' };
  expect(drift(moved, same)).toBe('binary /usr/bin/db /usr/bin/db → /opt/db');
  // A plan of an older tapbook has no build-ids.
  expect(sayChanges(findFactsDrift(then, was).changes)).toBe(
    'binary /usr/bin/db none → 459f00000000, binary /usr/lib/libz.so.1 none → aa0000000000',
  );
});

test('how a host is reached, and as whom; not by which key or password', () => {
  const ssh = { kind: 'ssh', client: 'any', address: 'db1' } as const;
  const identify = (connection: Parameters<typeof identifyConnection>[0]) =>
    identifyConnection(makeHost('db1', { connection }).connection);
  const was = identify({ ...ssh, port: 22, become: { method: 'sudo', user: 'root' } });
  expect(
    findConnectionDrift(
      was,
      identify({ ...ssh, port: 22, privateKeyFile: '/k', become: { method: 'sudo', user: 'root', flags: ['-H'] } }),
    ),
  ).toEqual([]);
  expect(sayChanges(findConnectionDrift(was, identify({ ...ssh, address: 'db9', port: 23, user: 'me' })))).toBe(
    'address db1 → db9, port 22 → 23, user none → me, become sudo root → none',
  );
  expect(
    sayChanges(findConnectionDrift(was, identify({ kind: 'local', become: { method: 'sudo', user: 'root' } }))),
  ).toBe('connection ssh → local, address db1 → none, port 22 → none');
});

test('a host is the one of a plan that was saved long ago: its connection is written as it was', () => {
  const become = { method: 'sudo', user: 'root', password: 'x' as never } as const;
  const port = { kind: 'ssh', client: 'openssh', address: '192.0.2.1', port: 2222, user: 'ops', become } as const;
  expect(identifyConnection(port)).toStrictEqual({
    kind: 'ssh',
    address: '192.0.2.1',
    port: 2222,
    user: 'ops',
    become: 'sudo root',
  });
  expect(identifyConnection({ kind: 'ssh', client: 'any', address: 'db1' })).toStrictEqual({
    kind: 'ssh',
    address: 'db1',
  });
  expect(identifyConnection({ kind: 'local', become })).toStrictEqual({ kind: 'local', become: 'sudo root' });
  expect(identifyConnection({ kind: 'local' })).toStrictEqual({ kind: 'local' });
});

test('of a build host only what decides the modules for these kernels', () => {
  const identify = (...parts: Parameters<typeof makeBuilder>) => {
    const builder = makeBuilder(...parts);
    if (builder.kind !== 'ready') throw new Error('it is');
    return identifyBuildHost(builder.facts);
  };
  const [one, other] = [makeTree('6.1'), makeTree('6.2')];
  const was = identify('b', { trees: [one, other] });
  const now = identify('b', {
    cpus: 64,
    stap: { path: '/opt/stap', version: '5.2', banner: 'version 5.2' },
    trees: [{ ...one, identity: 'b'.repeat(64), debuginfo: { path: '/x', identity: 'build-id:1' } }],
  });
  expect(findBuildHostDrift(was, was, one.release === other.release ? [] : [one.release])).toEqual([]);
  expect(findBuildHostDrift(was, now, [one.release])).toEqual([
    { what: 'stap', was: 'Systemtap translator/driver (version 5.1/0.192)', is: 'version 5.2' },
    { what: 'tree of 6.1', was: 'a'.repeat(64), is: 'b'.repeat(64) },
    { what: 'debuginfo of 6.1', is: 'build-id:1' },
  ]);
});
