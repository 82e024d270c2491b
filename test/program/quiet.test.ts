import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { runTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`quiet applies are left out: ${why}`);

let fleet: StandInFleet;
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1', 'db2');
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

const playbook = (text = 'probe begin {}') =>
  fleet.playbook('io.yml', `- hosts: db\n  scripts: [{ name: io, inline: '${text}', duration: 1s }]\n`);

/** The exit code, and what is printed by a quiet apply, without what is another each time. */
async function apply(...more: readonly string[]): Promise<string> {
  const args = ['apply', join(fleet.folder, 'io.yml'), '-i', fleet.inventory, '--quiet', ...more];
  const { code, stdout, stderr } = await runTapbook(args, { env: fleet.env });
  expect(stdout).toBe('');
  const text = stderr
    .replaceAll(fleet.folder, '/etc/fleet')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME')
    .replace(/after [\d.]+m?s/g, 'after 2s')
    .replace(/sha256 \w+ → \w+/g, 'sha256 A → B');
  return `${code}\n${text}`;
}

describe.skipIf(why !== undefined)('a quiet apply', { timeout: 120_000 }, () => {
  test('says nothing while all is well, then what is wrong, then that it is well again, and nothing again', async () => {
    await playbook();
    expect(await apply()).toBe('0\n');
    expect(await apply()).toBe('0\n');
    await fleet.host('db2').behave('fail');
    expect(await apply()).toMatchInlineSnapshot(`
      "2
      run RUN: apply /etc/fleet/io.yml, begun TIME
      run ended after 2s: 1 failed, 1 ok; exit 2
      failed db2 at load: the kernel refuses the module (lockdown, or a container without the right)
          | ERROR: Couldn't insert module './io.ko': Operation not permitted
          cure: cat /sys/kernel/security/lockdown there
      changed since run RUN:
        play db
          ~ outcome ok → failed at load
              db2
      all of it: tapbook show RUN
      "
    `);
    await fleet.host('db2').behaveWell();
    expect(await apply()).toMatchInlineSnapshot(`
      "0
      run RUN: apply /etc/fleet/io.yml, begun TIME
      run ended after 2s: 2 ok; exit 0
      changed since run RUN:
        play db
          ~ outcome failed at load → ok
              db2
      all of it: tapbook show RUN
      "
    `);
    expect(await apply()).toBe('0\n');
  });

  test('says what changed: the script, a kernel, the cache that was emptied', async () => {
    await playbook('probe begin { println(1) }');
    expect(await apply()).toMatchInlineSnapshot(`
      "0
      run RUN: apply /etc/fleet/io.yml, begun TIME
      run ended after 2s: 2 ok; exit 0
      changed since run RUN:
        play db
          ~ module io@6.1.0-56-cloud-amd64/x86_64: another script (sha256 A → B)
      all of it: tapbook show RUN
      "
    `);
    await fleet.host('db2').behave('other-kernel');
    expect(await apply()).toMatchInlineSnapshot(`
      "2
      run RUN: apply /etc/fleet/io.yml, begun TIME
      run ended after 2s: 1 failed, 1 ok; exit 2
      failed db2 at plan: no build host can build for 6.1.0-57-cloud-amd64: builder: no kernel headers for 6.1.0-57-cloud-amd64
          cure: on builder: apt-get install -y linux-headers-6.1.0-57-cloud-amd64=6.1.192-2
      changed since run RUN:
        play db
          ~ kernel 6.1.0-56-cloud-amd64 → 6.1.0-57-cloud-amd64
              db2
          ~ outcome ok → failed at plan
              db2
      all of it: tapbook show RUN
      "
    `);
    await fleet.host('db2').behaveWell();
    await apply();
    expect(await apply()).toBe('0\n');
    await rm(join(fleet.folder, 'cache/tapbook/modules'), { recursive: true });
    expect(await apply()).toMatchInlineSnapshot(`
      "0
      run RUN: apply /etc/fleet/io.yml, begun TIME
      run ended after 2s: 2 ok; exit 0
      changed since run RUN:
        ~ module io@6.1.0-56-cloud-amd64/x86_64: built again, since it was no longer in the cache
      all of it: tapbook show RUN
      "
    `);
  });

  test('is not compared with a run of other hosts', async () => {
    expect(await apply('-l', 'db1')).toBe('0\n');
    expect(await apply()).toBe('0\n');
    expect(await apply('-l', 'db1')).toBe('0\n');
  });
});
