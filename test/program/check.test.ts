import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTapbook } from '../support/tapbook.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-check-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Faults of two dozen kinds, in two playbooks, their script, the inventory and its variables. */
const files = {
  'p.yml': `- name: First
  hosts: db
  hosts: web
  strategy: in-order
  colour: red
  vars: { inventory_hostname: x, n: 3 }
  scripts:
    - name: no_duration
      source: scripts/reads.stp
      globals: { nope: 1, interval: 5 }
    - name: missing_file
      source: scripts/raeds.stp
      duration: 5s
      args: ["{{ oops"]
    - name: reads
      source: scripts/reads.stp
      duration {{ n }}
      globals: { interval: "{{ n | nofilter }}" }
- name: Second
  hosts: app
  serial: "10 %"
  delay: 5s
  scripts:
    - name: twice
      inline: "probe begin { println(1) exit() }"
      duration: 1s
      output: { file: "{{ missing }}.txt" }
    - name: twice
      inline: "probe begin { println(1)"
      durations: 1s
`,
  'q.yml': '- hosts: nobody\n  scripts: [{ name: third, source: scripts/reads.stp, duration: 5s }]\n',
  'scripts/reads.stp': `global interval = 5, count
probe begin { interval = 7 }
probe timer.s(1) { count++; printf("%d %d\\n", count, interval) system("ls") }
`,
  hosts: '[web]\nw1 ansible_port=abc\n[app]\na1\n[build_hosts]\nb1\n',
};

async function told(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const { code, stderr } = await runTapbook(args, { cwd: folder });
  return { code, said: stderr };
}

test('check tells all faults of playbooks, scripts and inventory at once, file by file from top to bottom', async () => {
  const { code, said } = await told('check', 'p.yml', 'q.yml', '-i', 'hosts');
  expect(said).toMatchInlineSnapshot(`
    "p.yml:3:3 error duplicate-key: this key stands twice in the same mapping; take one away
        hosts: web
        ~
    p.yml:2:3 note: it is written here first
        hosts: db
        ~~~~~
    p.yml:4:13 error unknown-value: strategy cannot be "in-order"; did you mean "in_order"?
        strategy: in-order
                  ~~~~~~~~
    p.yml:5:3 error unknown-key: "colour" is no key of a play; known here: name, hosts, build_hosts, kernels, build, sign, binaries, max_binary, allow_overload, serial, max_fail_percentage, any_errors_fatal, stop_at_vanished_hosts, canary, retries, delay, run_once, stop_at_load_per_cpu, stop_at_free_memory, strategy, on_script_failure, on_drift, stale_processes, preconditions, vars, tags, scripts
        colour: red
        ~~~~~~
    p.yml:6:11 warning no-effect: inventory_hostname comes from the inventory: setting it here has no effect; take another name
        vars: { inventory_hostname: x, n: 3 }
                ~~~~~~~~~~~~~~~~~~
    p.yml:8:7 error no-end: script "no_duration" does not say when it ends; write duration: 30s, or until_exit: true if it calls exit()
        - name: no_duration
          ~~~~
    p.yml:10:18 error unknown-global: the script has no global "nope"; it has: interval, count
        globals: { nope: 1, interval: 5 }
                   ~~~~
    p.yml:12:15 error unreadable-file: there is no file scripts/raeds.stp; did you mean "reads.stp"?
        source: scripts/raeds.stp
                ~~~~~~~~~~~~~~~~~
    p.yml:14:15 error template-syntax: a template is not closed; write {{ name }}
        args: ["{{ oops"]
                ~~~~~~~
    p.yml:17:7 error yaml-syntax: this does not fit to what stands before it; look at the indentation, and at the line above
        duration {{ n }}
        ~~~~~~~~~~~~~~~~
    p.yml:18:36 error unknown-filter: no filter "nofilter"; the filters are those of Liquid, such as default, upcase, join
        globals: { interval: "{{ n | nofilter }}" }
                                     ~~~~~~~~
    p.yml:21:11 error malformed: serial: "10 %" is not a percentage such as "10%"; for example: "10%"
        serial: "10 %"
                ~~~~~~
    p.yml:22:3 warning no-effect: without retries nothing waits for this delay; write retries: 3, or take delay away
        delay: 5s
        ~~~~~
    p.yml:27:27 error unknown-variable: no variable "missing" for host a1; set it in vars, group_vars, host_vars or with -e missing=…
        output: { file: "{{ missing }}.txt" }
                            ~~~~~~~
    p.yml:28:13 error duplicate-script: a second script of this play is named "twice"; a module is known to the kernel by its name: give each its own
        - name: twice
                ~~~~~
    p.yml:24:13 note: the first is here
        - name: twice
                ~~~~~
    p.yml:30:7 error unknown-key: "durations" is no key of a script; did you mean "duration"?
        durations: 1s
        ~~~~~~~~~
    scripts/reads.stp:2:15 warning global-set-in-begin: probe begin assigns interval and overwrites what the playbook sets; initialise it where it is declared: global interval = …
        probe begin { interval = 7 }
                      ~~~~~~~~
    scripts/reads.stp:3:64 warning shell-command: system() runs a shell command on every target, as whom staprun runs; be sure that it may run on all of them
        probe timer.s(1) { count++; printf("%d %d\\n", count, interval) system("ls") }
                                                                       ~~~~~~
    twice.stp:1:13 error unclosed: { is never closed; close it with }
        probe begin { println(1)
                    ~
    hosts:2:17 error invalid-variable: "abc" is no port; write a number from 1 to 65535
        w1 ansible_port=abc
                        ~~~
    q.yml:1:10 error unknown-group: no host or group "nobody" in the inventory
        - hosts: nobody
                 ~~~~~~
    "
  `);
  expect(code).toBe(3);
});

test('the same as JSON, and the same of one playbook by plan and apply', async () => {
  const { code, stdout } = await runTapbook(['check', 'p.yml', '-i', 'hosts', '--format', 'json'], { cwd: folder });
  const found = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const checked = await told('check', 'p.yml', '-i', 'hosts');
  expect(code).toBe(3);
  expect(found.map(({ severity, code: word }) => `${severity} ${word}`)).toEqual(
    [...checked.said.matchAll(/^\S+:\d+:\d+ (error|warning) ([\w-]+):/gm)].map(
      ([, severity, word]) => `${severity} ${word}`,
    ),
  );
  expect(await told('plan', 'p.yml', '-i', 'hosts')).toEqual(checked);
  expect(await told('apply', 'p.yml', '-i', 'hosts')).toEqual(checked);
});

test('a tapbook.yml tells all of its faults', async () => {
  const cwd = join(folder, 'defaults');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'p.yml'), '- hosts: web\n');
  await writeFile(join(cwd, 'tapbook.yml'), 'forks: 3\nforks: many\nconect_timeout: 3\nlimit: *gone\nuser: 5\n');
  const { code, stderr } = await runTapbook(['check', 'p.yml'], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatchInlineSnapshot(`
    "tapbook.yml:2:1 error duplicate-key: this key stands twice in the same mapping; take one away
        forks: many
        ~
    tapbook.yml:1:1 note: it is written here first
        forks: 3
        ~~~~~
    tapbook.yml:2:8 error wrong-type: forks is a text, not a whole number; for example: 50
        forks: many
               ~~~~
    tapbook.yml:3:1 error unknown-key: "conect_timeout" is no key of the config; did you mean "connect_timeout"?
        conect_timeout: 3
        ~~~~~~~~~~~~~~
    tapbook.yml:4:1 error unknown-key: "limit" is no key of the config; known here: inventory, skip_plugin_sources, confine, forks, lease, arm_timeout, stop_timeout, timeout, max_file, max_output, build_timeout, lock_wait, connect_timeout, probe_timeout, command_timeout
        limit: *gone
        ~~~~~
    tapbook.yml:4:8 error unknown-alias: the alias *gone has no anchor &gone before it; write the value out
        limit: *gone
               ~~~~~
    tapbook.yml:5:1 error unknown-key: "user" is no key of the config; known here: inventory, skip_plugin_sources, confine, forks, lease, arm_timeout, stop_timeout, timeout, max_file, max_output, build_timeout, lock_wait, connect_timeout, probe_timeout, command_timeout
        user: 5
        ~~~~
    "
  `);
});
