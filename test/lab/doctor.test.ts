import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DiagnosisDocument, HostFinding } from '../../src/model/diagnosis.ts';
import { assertValidDiagnosis } from '../support/event-validator.ts';
import { labEnvironment, onLabHost, sendToLabHost } from '../support/lab.ts';
import { runTapbook } from '../support/tapbook.ts';

/** Each precondition is broken for real, and mended again; what doctor says of it stands here word for word. */
let lab: Readonly<Record<string, string>> = {};
let home = '';
let env: Readonly<Record<string, string>> = {};
let inventory = '';
let a = '';
let b = '';

beforeAll(async () => {
  lab = await labEnvironment();
  inventory = lab['TAPBOOK_LAB_INVENTORY'] ?? '';
  a = lab['KERNEL_A'] ?? '';
  b = lab['KERNEL_B'] ?? '';
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-doctor-'));
  env = { XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') };
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function playbook(
  hosts: string,
  more = '',
  script = "'probe begin { exit() }'",
  end = 'until_exit: true',
): Promise<string> {
  const path = join(home, 'play.yml');
  const text = `- hosts: ${hosts}
${more}  scripts:
    - name: hello
      inline: ${script}
      ${end}
`;
  await writeFile(path, text);
  return path;
}

interface Examined {
  readonly code: number | null;
  rows(host: string): readonly HostFinding[];
  /** `STATUS: FOUND → CURE` of the rows of one check, with a kernel before it if it is about one. */
  say(host: string, check: string): readonly string[];
}

async function examine(path: string, ...args: readonly string[]): Promise<Examined> {
  const { code, stdout, stderr } = await runTapbook(['doctor', path, '-i', inventory, '--format', 'json', ...args], {
    env,
  });
  if (stdout === '') throw new Error(stderr);
  const document = JSON.parse(stdout) as DiagnosisDocument;
  assertValidDiagnosis(document);
  const rows = (host: string): readonly HostFinding[] =>
    document.plays.flatMap(play => play.hosts.filter(one => one.host === host).flatMap(one => one.findings));
  return {
    code,
    rows,
    say: (host, check) =>
      rows(host)
        .filter(row => row.check === check)
        .map(({ status, found, cure }) => `${status}: ${found}${cure === undefined ? '' : ` → ${cure}`}`),
  };
}

/** An inventory in which web1 is reached as this user; the build host stays as it is. */
async function logInAs(user: string): Promise<string> {
  const path = join(home, `${user}.yml`);
  await writeFile(path, `all: { hosts: { web1: { ansible_user: ${user} } } }\n`);
  return path;
}

/** Breaks something on a host for as long as `look` takes. */
async function broken<T>(host: string, breakIt: string, mendIt: string, look: () => Promise<T>): Promise<T> {
  try {
    await onLabHost(host, breakIt);
    return await look();
  } finally {
    await onLabHost(host, mendIt);
  }
}

describe('a fleet that is well', () => {
  test('every check of every host holds, or is only a warning', async () => {
    const examined = await examine(await playbook('db1:web1'));
    expect(examined.code).toBe(0);
    for (const host of ['db1', 'web1', 'builder']) {
      const rows = examined.rows(host);
      expect(rows.length, host).toBeGreaterThan(5);
      expect(
        rows.filter(({ status }) => status === 'failed'),
        host,
      ).toEqual([]);
    }
  });
});

describe('targets', () => {
  test('the package is removed', async () => {
    const examined = await examine(await playbook('bare1'));
    expect(examined.code).toBe(2);
    expect(examined.say('bare1', 'runtime')).toEqual([
      expect.stringMatching(
        /^failed: systemtap-runtime is not installed \(no staprun\) → apt-get update && apt-get install -y systemtap-runtime=5\.1-\S+$/,
      ),
    ]);
  });

  test('a staprun of another line is first on the PATH', async () => {
    const stand = `printf '#!/bin/sh\\necho "Systemtap module loader/runner (version 4.8/0.188)" >&2\\n' >/usr/local/bin/staprun; chmod 755 /usr/local/bin/staprun`;
    const path = await playbook('web1');
    const examined = await broken('web1', stand, 'rm /usr/local/bin/staprun', () => examine(path));
    expect(examined.code).toBe(2);
    expect(examined.say('web1', 'runtime')).toEqual([
      expect.stringMatching(/^failed: staprun 4\.8 cannot run a module of stap 5\.1/),
    ]);
  });

  test('a module of that name is loaded', async () => {
    const path = await playbook('db1', '', "'probe timer.s(9999) { println(1) }'", 'duration: 30s');
    const built = await runTapbook(['build', path, '-i', inventory], { env });
    expect(built.stderr).toContain('1 built');
    const folder = join(home, 'cache/tapbook/modules');
    const [key = ''] = await readdir(folder);
    await sendToLabHost('db1', '/root/hello.ko', await readFile(join(folder, key, 'hello.ko')));
    const examined = await broken('db1', 'staprun -L /root/hello.ko', 'staprun -d hello; rm /root/hello.ko', () =>
      examine(path),
    );
    expect(examined.say('db1', 'module')).toEqual([
      'failed: a module named hello is loaded already → if nobody uses it: staprun -d hello; else wait, or give the script another name',
    ]);
  });

  test('the disk is full: a small tmpfs', async () => {
    const path = await playbook('web1');
    const examined = await broken('web1', 'mount -t tmpfs -o size=1m,mode=1777 small /tmp', 'umount /tmp', () =>
      examine(path),
    );
    expect(examined.say('web1', 'disk')).toEqual([
      'failed: /tmp has 1.0 MB free, 5.0 MB are needed → make room in /tmp',
    ]);
  });

  test('users without the right to load', async () => {
    const path = await playbook('web1');
    const guest = await examine(path, '-i', await logInAs('guest'));
    expect(guest.code).toBe(2);
    expect(guest.say('web1', 'rights')).toEqual([
      'failed: guest is not root and not in the groups stapdev and stapusr → usermod -aG stapusr,stapdev guest, or connect as root, or set ansible_become: true',
    ]);
    const tracer = await examine(path, '-i', await logInAs('tracer'));
    expect(tracer.say('web1', 'rights')).toEqual([expect.stringMatching(/^ok: tracer/)]);
    const wrongGroup = await broken('web1', 'gpasswd -d tracer stapdev', 'gpasswd -a tracer stapdev', () =>
      logInAs('tracer').then(own => examine(path, '-i', own)),
    );
    expect(wrongGroup.code).toBe(2);
    expect(wrongGroup.say('web1', 'rights')).toEqual([expect.stringMatching(/^failed: tracer/)]);
  });

  test('the load is raised', async () => {
    const path = await playbook('web1', '  preconditions: [{ max_load_per_cpu: 1.5 }]\n');
    const burn =
      'for i in 1 2 3 4 5 6 7 8 9 10; do nice -n 19 timeout 60 sh -c "while :; do :; done" >/dev/null 2>&1 & done; sleep 15';
    const examined = await broken('web1', burn, 'pkill -f "[w]hile :; do :; done" || true', () => examine(path));
    expect(examined.say('web1', 'load')).toEqual([
      expect.stringMatching(
        /^failed: its load is \d+\.\d\d for each CPU, the playbook allows 1\.5 → wait, or raise max_load_per_cpu$/,
      ),
    ]);
  });

  test('preconditions of the playbook', async () => {
    const more = '  preconditions: [{ packages: [postgresql-common] }, { command: "test -r /etc/db-role" }]\n';
    const examined = await examine(await playbook('web1', more));
    expect(examined.code).toBe(2);
    expect(examined.say('web1', 'packages')).toEqual([
      'failed: not installed: postgresql-common → apt-get update && apt-get install -y postgresql-common',
    ]);
    expect(examined.say('web1', 'command')).toEqual(['failed: precondition `test -r /etc/db-role` exits 1']);
  });

  test('lockdown=integrity on the command line of the kernel, then modules_disabled=1', async () => {
    const path = await playbook('strict1');
    const examined = await examine(path);
    expect(examined.code).toBe(2);
    expect(examined.say('strict1', 'lockdown')).toEqual([
      expect.stringMatching(/^failed: the kernel is locked down \(integrity\) and refuses unsigned modules → /),
    ]);
    // It stays so until the guest is started again, and nobody else needs modules there.
    await onLabHost('strict1', 'echo 1 >/proc/sys/kernel/modules_disabled');
    expect((await examine(path)).say('strict1', 'modules-disabled')).toEqual([
      'failed: kernel.modules_disabled is 1: no module can be loaded until it is booted again → reboot it',
    ]);
  });
});

describe('build hosts', () => {
  const tree = (release: string): string => `/lib/modules/${release}/build`;

  test('the headers are gone', async () => {
    const path = await playbook('web1');
    const aside = `mv ${tree(b)} ${tree(b)}.aside`;
    const examined = await broken('builder', aside, `mv ${tree(b)}.aside ${tree(b)}`, () => examine(path));
    expect(examined.code).toBe(2);
    expect(examined.say('builder', 'headers')).toEqual([
      expect.stringMatching(new RegExp(`^failed: no kernel headers for ${b} → .*linux-headers-${b}`)),
    ]);
  });

  test('the link to them dangles', async () => {
    const path = await playbook('web1');
    const aside = `mv ${tree(b)} ${tree(b)}.aside; ln -s /usr/src/gone ${tree(b)}`;
    const mendIt = `rm -f ${tree(b)}; mv ${tree(b)}.aside ${tree(b)}`;
    const examined = await broken('builder', aside, mendIt, () => examine(path));
    expect(examined.say('builder', 'headers')).toEqual([
      expect.stringMatching(
        new RegExp(`^failed: ${tree(b)} points to /usr/src/gone, which is not there → .*linux-headers-${b}`),
      ),
    ]);
  });

  test('there is no DWARF for a script that needs it', async () => {
    const script = `'probe kernel.function("vfs_read") { println($count) exit() }'`;
    const examined = await examine(await playbook('db1:web1', '', script));
    const rows = examined.rows('builder').filter(({ check }) => check === 'debuginfo');
    expect(rows.map(({ kernel, status }) => [kernel, status])).toEqual(
      [
        [`${a} x86_64`, 'ok'],
        [`${b} x86_64`, 'failed'],
      ].sort(),
    );
    expect(rows.find(({ status }) => status === 'failed')?.cure).toContain(`linux-image-${b}-dbg`);
  });
});
