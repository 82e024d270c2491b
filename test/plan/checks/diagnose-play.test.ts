import { describe, expect, test } from 'vitest';
import type { HostDiagnosis } from '../../../src/model/diagnosis.ts';
import type { HostName } from '../../../src/model/ids.ts';
import type { Builder } from '../../../src/plan/builds/choose-build-host.ts';
import { diagnosePlay } from '../../../src/plan/checks/diagnose-play.ts';
import type { Target } from '../../../src/plan/target.ts';
import type { Play, StapOptions } from '../../../src/playbook/playbook.ts';
import {
  bind,
  judging,
  lost,
  makeBareBuilder,
  makeBuilder,
  makeKernel,
  makePlay,
  makeRule,
  makeScript,
  makeTree,
  ready,
} from '../rig.ts';

const a = '6.1.0-56-cloud-amd64';
const b = '6.1.0-55-cloud-amd64';

function diagnose(
  targets: readonly Target[],
  builders: readonly Builder[],
  { play = {}, lookUpCanary = judging() }: { play?: Partial<Play>; lookUpCanary?: ReturnType<typeof judging> } = {},
): readonly HostDiagnosis[] {
  const playBuilders = builders.map(({ host }) => host.name as HostName);
  return diagnosePlay({
    play: makePlay(play),
    targets,
    builders,
    playBuilders,
    kernelBuilders: new Map(),
    lookUpCanary,
  }).hosts;
}

/** `STATUS CHECK[ of KERNEL]: FOUND` of all that does not simply hold. */
function rows(host: HostDiagnosis | undefined, check?: string): readonly string[] {
  return (host?.findings ?? [])
    .filter(finding => (check === undefined ? finding.status === 'failed' : finding.check === check))
    .map(
      ({ status, check: name, kernel, found }) =>
        `${status} ${name}${kernel === undefined ? '' : ` of ${kernel}`}: ${found}`,
    );
}

const on = (name: string, release: string, options: StapOptions = {}) =>
  ready(name, { facts: { kernel: makeKernel(release) }, scripts: [bind(makeScript({ stapOptions: options }))] });

describe('targets', () => {
  test('say who builds for them, or why nobody does', () => {
    const [db1, web1, gone] = diagnose(
      [on('db1', a), on('web1', b), lost('unreachable', 'gone', { stage: 'connect', cause: 'refused' })],
      [makeBuilder('b1'), makeBuilder('b2')],
    );
    expect(rows(db1, 'build-host')).toEqual(['ok build-host: b1 (stap 5.1), b2 (stap 5.1)']);
    expect(db1?.result).toBe('ok');
    expect(web1?.result).toBe('failed');
    expect(rows(web1)).toEqual([
      expect.stringMatching(/^failed build-host: no build host can build for .*: b1: no kernel/),
    ]);
    expect(gone).toMatchObject({ result: 'unreachable', findings: [{ check: 'connection', found: 'refused' }] });
  });

  test('are not blamed for a build host that does not answer', () => {
    const silent = lost('unreachable', 'b2', { stage: 'connect', cause: 'refused' }) as Builder;
    const [alone] = diagnose([on('db1', a)], [silent]);
    expect([alone?.result, ...rows(alone, 'build-host')]).toEqual([
      'ok',
      `unknown build-host: b2 does not say what it has for ${a}`,
    ]);
    const [both] = diagnose([on('db1', b)], [makeBuilder('b1'), silent]);
    expect([both?.result, ...rows(both, 'build-host')]).toEqual([
      'ok',
      `unknown build-host: b2 does not say what it has for ${b}, and no other one can build`,
    ]);
    const [served] = diagnose([on('db1', a)], [makeBuilder('b1'), silent]);
    expect(rows(served, 'build-host')).toEqual(['ok build-host: b1 (stap 5.1)']);
  });

  test('are held against the build host whose SystemTap suits them, as a plan does', () => {
    const old = makeBuilder('b1', { stap: { path: '/usr/bin/stap', version: '4.8', banner: 'version 4.8' } });
    expect(rows(diagnose([on('db1', a)], [old, makeBuilder('b2')])[0], 'runtime')).toEqual([
      expect.stringMatching(/^ok runtime: staprun 5\.1/),
    ]);
  });

  test('a kernel that is not meant is a warning; no build hosts at all are unknown', () => {
    const [skipped] = diagnose([on('db1', a)], [makeBuilder('b1')], { play: { kernels: [makeRule('2.6.*')] } });
    expect(rows(skipped, 'build-host')).toEqual([
      `warning build-host: ${a} (x86_64) fits no entry of kernels: it would be skipped`,
    ]);
    const [alone] = diagnose([on('db1', a)], []);
    expect(rows(alone, 'build-host')).toEqual(['unknown build-host: no build host was named']);
  });
});

describe('build hosts', () => {
  test('what is the same for all kernels is said once', () => {
    const trees = [makeTree(a), makeTree(b, { headers: 'missing' })];
    const builder = diagnose([on('db1', a), on('web1', b)], [makeBuilder('b1', { trees })]).at(-1);
    expect(rows(builder, 'stap')).toEqual(['ok stap: stap 5.1 (/usr/bin/stap)']);
    expect(rows(builder, 'headers')).toEqual([
      `failed headers of ${b} x86_64: no kernel headers for ${b}`,
      `ok headers of ${a} x86_64: /lib/modules/${a}/build`,
    ]);
  });

  test('the canary, as far as it is known', () => {
    const failure = { stage: 'plan', cause: 'it panics', cure: 'a newer one' } as const;
    const lookUpCanary = judging({ b1: { state: 'known-good' }, b2: { state: 'dangerous', failure } });
    const hosts = diagnose([on('db1', a)], [makeBuilder('b1'), makeBuilder('b2'), makeBareBuilder('b3')], {
      lookUpCanary,
    });
    expect(hosts.slice(1).map(host => rows(host, 'canary').join())).toEqual([
      `ok canary of ${a} x86_64: SystemTap 5.1 has built for it`,
      `failed canary of ${a} x86_64: it panics`,
      `unknown canary of ${a} x86_64: not tried: it cannot build`,
    ]);
    expect(hosts.map(({ result }) => result)).toEqual(['ok', 'ok', 'failed', 'failed']);
  });

  test('without a target whose kernel is known, what needs none', () => {
    const gone = lost('unreachable', 'db1', { stage: 'connect', cause: 'refused' });
    const bare = diagnose([gone], [makeBareBuilder('b1')]).at(-1);
    expect(bare?.result).toBe('failed');
    expect(bare?.findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'stap failed',
      'compiler ok',
      'make ok',
      'disk ok',
      'memory unknown',
      'headers unknown',
    ]);
  });

  test('without such a target, a compiler and make may not be needed at all', () => {
    const gone = lost('unreachable', 'db1', { stage: 'connect', cause: 'refused' });
    const { compiler: _compiler, make: _make, ...facts } = (makeBuilder('b1') as Builder & { kind: 'ready' }).facts;
    const builder = diagnose([gone], [{ ...makeBuilder('b1'), facts } as Builder]).at(-1);
    expect([builder?.result, ...rows(builder, 'compiler'), ...rows(builder, 'make')]).toEqual([
      'ok',
      'unknown compiler: no C compiler is installed; no target tells whether it is needed',
      'unknown make: make is not installed; no target tells whether it is needed',
    ]);
  });

  test('one that only asks a compile server needs nothing of the kernel', () => {
    const client = makeBuilder('b1', { trees: [] });
    const hosts = diagnose([on('db1', a, { useServer: true })], [client]);
    expect(hosts.map(({ result }) => result)).toEqual(['ok', 'ok']);
    expect(diagnose([on('db1', a)], [client]).map(({ result }) => result)).toEqual(['failed', 'failed']);
  });

  test('debuginfo that a server has is not missing', () => {
    const dwarf = { kprobes: 'yes', uprobes: 'no', tracepoints: 'no', debuginfo: 'yes', symbols: 'no' } as const;
    const needs = [dwarf];
    const builder = makeBuilder('b1');
    const [, without] = diagnose([{ ...on('db1', a), needs }], [builder]);
    expect(without?.result).toBe('failed');
    const [, asking] = diagnose([{ ...on('db1', a, { debuginfod: ['https://d.example/'] }), needs }], [builder]);
    expect(asking?.result).toBe('ok');
  });

  test('what one script fetches does not serve another', () => {
    const dwarf = { kprobes: 'yes', uprobes: 'no', tracepoints: 'no', debuginfo: 'yes', symbols: 'no' } as const;
    const fetching = bind(makeScript({ name: 'a', stapOptions: { debuginfod: ['https://d.example/'] } }));
    const other = bind(makeScript({ name: 'b' }));
    const result = (second: typeof dwarf | (Omit<typeof dwarf, 'debuginfo'> & { readonly debuginfo: 'no' })) => {
      const target = { ...on('db1', a), scripts: [fetching, other], needs: [dwarf, second] };
      return diagnose([target], [makeBuilder('b1')]).at(-1)?.result;
    };
    expect(result({ ...dwarf, debuginfo: 'no' })).toBe('ok');
    expect(result(dwarf)).toBe('failed');
  });

  test('another machine takes its cross compiler, or the one that is named', () => {
    const kernel = makeKernel(a, '#1 SMP', 'aarch64');
    const target = (options: StapOptions) => ({
      ...ready('arm1', { facts: { kernel }, scripts: [bind(makeScript({ stapOptions: options }))] }),
    });
    const builder = (...crossCompilers: string[]) =>
      makeBuilder('b1', { crossCompilers: crossCompilers.map(name => ({ name, identity: '1:2' })) });
    const cross = (options: StapOptions, ...names: string[]) =>
      rows(diagnose([target(options)], [builder(...names)]).at(-1), 'cross-compiler').join();
    expect(cross({})).toMatch(/^failed .*aarch64-linux-gnu-gcc is not installed$/);
    expect(cross({}, 'aarch64-linux-gnu-gcc')).toMatch(/^ok .*aarch64-linux-gnu-gcc builds for it$/);
    expect(cross({ crossCompile: 'my-linux-' }, 'my-linux-gcc')).toMatch(/^ok .*my-linux-gcc builds for it$/);
  });
});
