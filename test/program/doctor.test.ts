import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DiagnosisDocument, HostFinding } from '../../src/model/diagnosis.ts';
import { assertValidDiagnosis } from '../support/event-validator.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeStandIns, type StandIns } from '../support/run-script.ts';
import { runTapbook } from '../support/tapbook.ts';

/** This machine as a Debian host without staprun, with an apt-get that installs what it is asked for into a folder. */
let standIns: StandIns;
let sshd: LoopbackSshd;
let inventory = '';

beforeAll(async () => {
  standIns = await makeStandIns();
  const { folder } = standIns;
  await standIns.add(
    'apt-get',
    `echo "$*" >>'${folder}/apt.log'
case $* in *systemtap-runtime*) ;; *) exit 0 ;; esac
[ ! -e '${folder}/broken' ] || { echo 'E: Unable to locate package' >&2; exit 100; }
printf '#!/bin/sh\\necho "Systemtap module loader/runner (version 5.1/0.192)" >&2\\n' >'${folder}/staprun'
chmod 755 '${folder}/staprun'`,
  );
  // Of this machine itself nothing is taken away, whatever is found.
  await standIns.add('rm', 'exit 0');
  sshd = await startLoopbackSshd({ path: `${folder}:/usr/bin:/bin` });
  inventory = join(sshd.directory, 'inventory.yml');
  await writeFile(
    inventory,
    `all:
  vars:
    ansible_host: 127.0.0.1
    ansible_port: ${sshd.port}
    ansible_ssh_private_key_file: ${sshd.privateKeyFile}
    tapbook_known_hosts_file: ${sshd.knownHostsFile}
  hosts:
    db1:
    gone1: { ansible_port: 1 }
`,
  );
});

afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
  await standIns[Symbol.asyncDispose]();
});

const missing = 'systemtap-runtime is not installed (no staprun)';

async function runtimeOf(): Promise<HostFinding | undefined> {
  const { stdout } = await runTapbook(['doctor', '-i', inventory, '-l', 'db1', '--format', 'json']);
  const document = JSON.parse(stdout) as DiagnosisDocument;
  assertValidDiagnosis(document);
  return document.plays[0]?.hosts[0]?.findings.find(({ check }) => check === 'runtime');
}

describe('what is missing', () => {
  test('as a table; a host that fails and one that cannot be reached: exit 6', async () => {
    const { code, stdout } = await runTapbook(['doctor', '-i', inventory, '-q']);
    expect(code).toBe(6);
    expect(stdout).toContain(`FAILED   runtime`);
    expect(stdout).toContain(missing);
    expect(stdout).toMatch(/^gone1 {2}target\n {2}FAILED {3}connection {2}127\.0\.0\.1:1 refuses connections/m);
  });

  test('as JSON', async () => {
    expect(await runtimeOf()).toMatchObject({ status: 'failed', found: missing });
  });

  test('as JUnit', async () => {
    const { code, stdout } = await runTapbook(['doctor', '-i', inventory, '-l', 'gone1', '--format', 'junit']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites .* errors="1" /);
  });

  test('as a script', async () => {
    const { code, stdout } = await runTapbook(['doctor', '-i', inventory, '-l', 'db1', '--fix']);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^# runtime: systemtap-runtime is not installed \(no staprun\)\n(?:.*\n)*?.*apt-get .*install/m,
    );
  });
});

describe('mending', () => {
  test('is not done where nobody can be asked', async () => {
    const { code, stderr } = await runTapbook(['doctor', '-i', inventory, '-l', 'db1', '--apply-fixes']);
    expect(code).toBe(5);
    expect(stderr).toContain('cannot ask for the answer: there is no terminal');
    await expect(readFile(join(standIns.folder, 'apt.log'))).rejects.toThrow(/ENOENT/);
  });

  test('a command that fails is told with its last words, and the host stays as it was', async () => {
    await writeFile(join(standIns.folder, 'broken'), '');
    const { code, stderr } = await runTapbook(['doctor', '-i', inventory, '-l', 'db1', '--apply-fixes', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^db1: FAILED: .*apt-get .*: exits 100$/m);
    expect(stderr).toMatch(/^db1: {5}E: Unable to locate package$/m);
    expect(await runtimeOf()).toMatchObject({ status: 'failed' });
  });

  test('runs the commands and examines the host again', async () => {
    await rm(join(standIns.folder, 'broken'));
    const { stdout } = await runTapbook(['doctor', '-i', inventory, '-l', 'db1', '--apply-fixes', '-y']);
    expect(stdout).toMatch(/FAILED {3}runtime[\s\S]*ok {7}runtime +staprun 5\.1/);
    expect(await runtimeOf()).toMatchObject({ status: 'ok' });
  });
});

describe('wrong usage', () => {
  test.each([
    [['--fix', '--apply-fixes'], "option '--apply-fixes' cannot be used with option '--fix'"],
    [['play.yml', '--hosts', 'db'], 'a playbook names its hosts and build hosts itself'],
    [['--format', 'xml'], 'Allowed choices are text, json, junit'],
  ])('%j', async (args, text) => {
    const { code, stderr } = await runTapbook(['doctor', '-i', inventory, ...args]);
    expect(stderr).toContain(text);
    expect(code).toBe(5);
  });
});
