import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertValidPlanDiff } from '../support/event-validator.ts';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import { applyAt, idAt, keepRun } from '../support/kept-runs.ts';
import { hosts, plan } from '../support/sample-run.ts';
import { runTapbook } from '../support/tapbook.ts';

let repository: GitRepository;
let state = '';
let tmp = '';
beforeAll(async () => {
  repository = await makeGitRepository();
  state = await mkdtemp(join(tmpdir(), 'tapbook-diff-plan-'));
  tmp = await mkdtemp(join(state, 'tmp-'));
  await repository.commit(
    {
      'inventory.yml': inventory('db[01:30]', 'old1'),
      'group_vars/db.yml': 'interval: 5\n',
      'playbooks/io.yml': play('hosts: db', 'serial: [1, 10%]'),
      'playbooks/same.yml': play('hosts: db', 'name: The same'),
      'playbooks/gone.yml': play('hosts: old1', 'name: Gone'),
      'scripts/io.stp': script(),
      'docker-compose.yml': 'services: {}\n',
    },
    'v1',
  );
  await repository.commit(
    {
      'inventory.yml': inventory('db[01:40]', 'old1'),
      'group_vars/db.yml': 'interval: 10\n',
      'playbooks/io.yml': play('hosts: db:!db07', 'canary: per_kernel', 'max_fail_percentage: 5'),
      'playbooks/gone.yml': undefined,
      'playbooks/new.yml': play('hosts: db01', 'name: New'),
      'scripts/io.stp': script('println("end")'),
    },
    'v2',
  );
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(state, { recursive: true, force: true });
});

function inventory(db: string, old: string): string {
  return `all:\n  children:\n    db: { hosts: { "${db}": } }\n    old: { hosts: { ${old}: } }\n    build_hosts: { hosts: { b: } }\n`;
}

function play(...keys: readonly string[]): string {
  return `- ${keys.join('\n  ')}
  scripts:
    - name: io
      source: ../scripts/io.stp
      globals: { interval: "{{ interval | default: 1 }}" }
      duration: 10s
`;
}

function script(...atEnd: readonly string[]): string {
  const end = atEnd.map(statement => `probe end { ${statement} }\n`).join('');
  return `global interval = 1\nprobe timer.s(1) { printf("%d\\n", interval) }\n${end}`;
}

async function diffPlan(...args: readonly string[]) {
  const env = { XDG_STATE_HOME: state, XDG_CACHE_HOME: join(state, 'cache'), TMPDIR: tmp };
  const ended = await runTapbook(['diff-plan', ...args], { env, cwd: repository.root });
  expect(await readdir(tmp)).toEqual([]);
  return { ...ended, stdout: ended.stdout.replace(/\([0-9a-f]{12}\)/g, '(0123456789ab)') };
}

const from = ['-i', 'inventory.yml'];

test('hosts, settings, scripts and builds that a commit changes, without kernels', async () => {
  expect(await diffPlan('v1', 'v2', ...from)).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "v1 (0123456789ab) → v2 (0123456789ab)

    - playbooks/gone.yml
      - PLAY [Gone]
        - hosts old1
        - build hosts b
        - script io on old1
        - build no more io for each kernel of old1

    playbooks/io.yml
      PLAY [db:!db07]
        + hosts db[31-40] (10 hosts)
        - hosts db07
        ~ hosts: db → db:!db07
        - serial: 1, 10%
        ~ max_fail_percentage: 100 → 5
        + canary: per_kernel
        ~ script io on db[01-06,08-30] (29 hosts): +1 -0 lines
            ~ globals.interval: 5 → 10
        ~ build anew io for each kernel of db[01-06,08-40] (39 hosts)

    + playbooks/new.yml
      + PLAY [New]
        + hosts db01
        + build hosts b
        + script io on db01
        + build io for each kernel of db01

    playbooks/same.yml
      PLAY [The same]
        + hosts db[31-40] (10 hosts)
        ~ script io on db[01-30] (30 hosts): +1 -0 lines
            ~ globals.interval: 5 → 10
        ~ build anew io for each kernel of db[01-40] (40 hosts)

    4 playbooks, +21 -2 hosts, 3 modules to build for each kernel.
    Kernel groups unknown of 41 hosts (no run here has seen them): old1,db[01-04] …
    ",
    }
  `);
});

test('with the kernels that the latest runs have seen', async () => {
  const seen = Array.from({ length: 20 }, (_, index) => `db${String(index + 1).padStart(2, '0')}`);
  const when = new Date(Date.now() - 60_000);
  await keepRun(
    join(state, 'tapbook'),
    idAt(when),
    applyAt(plan(hosts(...seen), { old: hosts('db21') }), 'x.yml', when),
  );
  const { stdout, code } = await diffPlan('v1..v2', 'playbooks/io.yml', ...from, '--exit-code');
  expect(code).toBe(10);
  expect(stdout).toMatchInlineSnapshot(`
    "v1 (0123456789ab) → v2 (0123456789ab)

    playbooks/io.yml
      PLAY [db:!db07]
        + hosts db[31-40] (10 hosts)
        - hosts db07
        ~ hosts: db → db:!db07
        - serial: 1, 10%
        ~ max_fail_percentage: 100 → 5
        + canary: per_kernel
        ~ script io on db[01-06,08-30] (29 hosts): +1 -0 lines
            ~ globals.interval: 5 → 10
        ~ build anew io for 6.1.0-13-cloud-amd64 x86_64 of db[01-06,08-20] (19 hosts)
        ~ build anew io for 2.6.18-398.el5 x86_64 of db21
        ~ build anew io for each kernel of db[22-40] (19 hosts)

    1 playbook, +10 -1 hosts, 2 modules to build, and 1 for each kernel that is not known.
    Kernel groups unknown of 19 hosts (no run here has seen them): db[22-26] …
    "
  `);
});

test('as JSON, after its schema', async () => {
  const { stdout } = await diffPlan('v1', 'v2', 'playbooks/io.yml', ...from, '--format', 'json');
  const told = JSON.parse(stdout);
  assertValidPlanDiff(told);
  expect(told.from).toEqual({ ref: 'v1', commit: await repository.git('rev-parse', 'v1') });
  expect(() => assertValidPlanDiff({ ...told, more: 1 })).toThrow(/additional properties/);
});

test('nothing changed; the working tree counts with what is not committed', async () => {
  expect(await diffPlan('v2', ...from, '--exit-code')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "v2 (0123456789ab) → the working tree
    the same hosts, scripts, settings and builds
    ",
    }
  `);
  await repository.write({
    'playbooks/io.yml': play('hosts: db:!db07', 'serial: 2'),
    'new/more.yml': play('hosts: db02'),
  });
  expect((await diffPlan('HEAD', ...from, '--exit-code')).stdout).toMatchInlineSnapshot(`
    "HEAD (0123456789ab) → the working tree

    + new/more.yml
      + PLAY [db02]
        + hosts db02
        + build hosts b
        + script io on db02
        + build io for 6.1.0-13-cloud-amd64 x86_64 of db02

    playbooks/io.yml
      PLAY [db:!db07]
        - canary: per_kernel
        ~ max_fail_percentage: 5 → 100
        + serial: 2

    2 playbooks, +1 -0 hosts, 1 module to build.
    Kernel groups unknown of 19 hosts (no run here has seen them): db[22-26] …
    "
  `);
  await repository.git('checkout', '-q', '.');
  await rm(join(repository.root, 'new'), { recursive: true });
});

test('a playbook that selects no host in one version', async () => {
  await repository.commit({ 'playbooks/io.yml': play('hosts: dbs') }, 'none');
  expect(await diffPlan('v2', 'none', 'playbooks/io.yml', ...from)).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "none:playbooks/io.yml:1:10 warning unknown-group: no host or group "dbs" in the inventory; did you mean "db"?
        - hosts: dbs
                 ~~~
    ",
      "stdout": "v2 (0123456789ab) → none (0123456789ab)

    playbooks/io.yml
      - PLAY [db:!db07]
        - hosts db[01-06,08-40] (39 hosts)
        - build hosts b
        - script io on db[01-06,08-40] (39 hosts)
        - build no more io for 6.1.0-13-cloud-amd64 x86_64 of db[01-06,08-20] (19 hosts)
        - build no more io for 2.6.18-398.el5 x86_64 of db21
        - build no more io for each kernel of db[22-40] (19 hosts)

    1 playbook, +0 -39 hosts, 0 modules to build.
    ",
    }
  `);
});

test.each([
  ['a version that cannot be read', ['broken', 'v2', 'playbooks/io.yml', ...from], 3],
  ['no such revision', ['v9', ...from], 3],
  ['three revisions', ['v1', 'v2', 'v1', ...from], 5],
  ['what looks like an option', ['--', '-x'], 5],
  ['no such playbook', ['v1', 'nowhere.yml', ...from], 3],
  ['no inventory', ['v1', 'v2'], 3],
])('%s', async (_name, args, code) => {
  await repository.git('checkout', '-q', '--detach', 'v2');
  await repository.commit({ 'playbooks/io.yml': '- hosts: db\n  script: []\n' });
  await repository.git('tag', '-f', 'broken');
  const ended = await diffPlan(...args);
  expect(ended.code).toBe(code);
  expect(ended.stdout).toBe('');
  expect(ended.stderr.replaceAll(repository.root, '/repo')).toMatchSnapshot();
});
