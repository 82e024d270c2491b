import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/facts/host-facts.ts';
import { parseTargetFacts } from '../../src/facts/parse-target-facts.ts';
import { targetProbeScript } from '../../src/facts/target-probe.generated.ts';
import { makeStandIns, type StandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';
import { addSystem, runProbe, without } from './rig.ts';

describe.each(shells)('in %s', (_name, shell) => {
  async function probe(standIns: StandIns, script = targetProbeScript): Promise<HostFacts> {
    const sentAtMs = Date.now();
    const output = await runProbe(shell, standIns, script, ['NONCE']);
    const facts = parseTargetFacts(output, { nonce: 'NONCE', sentAtMs, receivedAtMs: Date.now() });
    if (!facts.ok) throw new Error(facts.error);
    return facts.value;
  }

  test('root, with a staprun that says its version', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns);
    await standIns.add('staprun', 'echo "Systemtap module loader/runner (version 5.1/0.192, Debian)" >&2; exit 1');
    await standIns.add('dpkg-query', 'echo "install ok installed:5.1-5"');
    const facts = await probe(standIns);
    expect(facts).toMatchObject({
      kernel: { release: '6.1.0-56-cloud-amd64', machine: 'x86_64', version: '#1 SMP Debian 6.1.192-2' },
      user: { name: 'root', uid: 0, groups: ['root'] },
      sudo: 'root',
      staprun: { path: `${standIns.folder}/staprun`, version: '5.1', executable: true },
      runtimePackage: { manager: 'dpkg', name: 'systemtap-runtime', version: '5.1-5' },
      uploadDirectory: '/tmp',
      tools: { sha256: 'sha256sum' },
    });
    expect(facts.cpus).toBeGreaterThan(0);
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(facts.memoryAvailableBytes).toBeGreaterThan(0);
    expect(facts.os.id).toMatch(/^[a-z]/);
    // The same clock; busybox may say whole seconds only.
    expect(Math.abs(facts.clockOffsetMs)).toBeLessThan(60_000);
  });

  test('a user, and a silent staprun', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns, { user: 'ada', uid: 1000, groups: 'ada stapusr stapdev' });
    await standIns.add('staprun', 'exit 1');
    await standIns.add('dpkg-query', 'echo "install ok installed:1:4.8-2+deb12u1"');
    await standIns.add('sudo', '[ "$*" = "-n true" ]');
    expect(await probe(standIns)).toMatchObject({
      user: { name: 'ada', uid: 1000, groups: ['ada', 'stapusr', 'stapdev'] },
      sudo: 'passwordless',
      staprun: { version: '4.8', executable: true },
      runtimePackage: { manager: 'dpkg', version: '1:4.8-2+deb12u1' },
    });
  });

  test('sudo that asks', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns, { user: 'ada', uid: 1000 });
    await standIns.add('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    expect((await probe(standIns)).sudo).toBe('asks-password');
  });

  test('neither sudo nor any package manager', async () => {
    await using standIns = await makeStandIns();
    await addSystem(standIns, { user: 'ada', uid: 1000 });
    const facts = await probe(standIns, without(['sudo', 'staprun', 'dpkg-query', 'rpm', 'apk'], targetProbeScript));
    expect(facts.sudo).toBe('missing');
    expect(facts.runtimePackage).toBeUndefined();
  });

  test.each([
    ['dpkg, not installed', [], 'dpkg-query', 'echo "no packages found" >&2; exit 1', undefined],
    ['dpkg, removed but configured', [], 'dpkg-query', 'echo "deinstall ok config-files:5.1-5"', undefined],
    ['rpm', ['dpkg-query'], 'rpm', 'printf "5.1-2.el9\\n5.0-1.el9\\n"', 'rpm systemtap-runtime 5.1-2.el9'],
    [
      'rpm, not installed',
      ['dpkg-query'],
      'rpm',
      'echo "package systemtap-runtime is not installed"; exit 1',
      undefined,
    ],
    ['apk', ['dpkg-query', 'rpm'], 'apk', 'echo systemtap-5.2-r0', 'apk systemtap 5.2-r0'],
    ['apk, not installed', ['dpkg-query', 'rpm'], 'apk', 'exit 1', undefined],
  ])('the package, by %s', async (_what, hidden, program, script, expected) => {
    await using standIns = await makeStandIns();
    await addSystem(standIns);
    await standIns.add(program, script);
    const found = (await probe(standIns, without([...hidden, 'nothing'], targetProbeScript))).runtimePackage;
    expect(found && `${found.manager} ${found.name} ${found.version}`).toBe(expected);
  });
});
