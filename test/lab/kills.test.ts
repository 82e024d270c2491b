import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labEnvironment, labHome, leftOnTarget, onLabHost } from '../support/lab.ts';
import { becomes } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, startTapbook } from '../support/tapbook.ts';

let folder = '';
let inventory = '';
beforeAll(async () => {
  inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  folder = await mkdtemp(join(tmpdir(), 'tapbook-lab-kills-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Of each script on each of three guests another process is killed: `all` and `shells` of its supervisor's, or one of them. All
 * three have one kernel, so that two modules are enough: to build them takes longest.
 */
const victims = [
  { host: 'db1', module: 'lab_kill_a', victim: 'shell' },
  { host: 'db1', module: 'lab_kill_b', victim: 'watch' },
  { host: 'db2', module: 'lab_kill_a', victim: 'reader' },
  { host: 'db2', module: 'lab_kill_b', victim: 'stapio' },
  { host: 'inner1', module: 'lab_kill_a', victim: 'all' },
  { host: 'inner1', module: 'lab_kill_b', victim: 'shells' },
] as const;
const modules = ['lab_kill_a', 'lab_kill_b'];
const targets = ['db1', 'db2', 'inner1'];

/** The main shell began before the watch, and that before the reader. Prints how many are killed. */
const killer = `find_them() { for file in $(grep -l "$1" /proc/[0-9]*/cmdline); do
  tr '\\0' ' ' <$file | grep -q "$2" && { file=\${file%/cmdline}; echo \${file#/proc/}; }
done | sort -n; }
doom() {
  supervisors=$(find_them '[t]apbook-supervisor' " $1 ") stapio=$(find_them '[s]tapio' "./$1.ko -F")
  case $2 in
    shell) echo "$supervisors" | sed -n 1p ;;
    watch) echo "$supervisors" | sed -n 2p ;;
    reader) echo "$supervisors" | sed -n 3p ;;
    stapio) echo "$stapio" ;;
    shells) echo "$supervisors" ;;
    all) echo "$supervisors" "$stapio" ;;
  esac
}`;

async function killOn(host: string): Promise<number> {
  const meant = victims.filter(one => one.host === host).map(({ module, victim }) => `$(doom ${module} ${victim})`);
  return Number(await onLabHost(host, `${killer}\nset -- ${meant.join(' ')}\necho $#\nkill -9 "$@"`));
}

test('each process of real supervisors is killed: never ok, and nothing is left', { timeout: 300_000 }, async () => {
  const inline = 'probe begin { println("began") } probe timer.s(1) {} probe end { println("END") }';
  const scripts = modules.map(name => `    - { name: ${name}, inline: '${inline}', duration: 2m }\n`).join('');
  const playbook = join(folder, 'kills.yml');
  await writeFile(
    playbook,
    `- hosts: ${targets.join()}\n  build_hosts: builder\n  strategy: together\n  scripts:\n${scripts}`,
  );
  const running = startTapbook(['apply', playbook, '-i', inventory, '--format', 'json'], { env: labHome(folder) });
  const armed = (): number => running.stdout().split('"kind":"script-armed"').length - 1;
  await becomes(
    async () => armed(),
    count => count === victims.length,
    4_000,
  );
  expect(armed(), running.stderr()).toBe(victims.length);
  expect(await Promise.all(targets.map(killOn))).toEqual([2, 2, 4 + 3]);
  const { code, stdout, stderr } = await running.finished;
  expect(code, stderr).toBe(2);
  const events = parseEvents(stdout);
  const causes = victims.map(({ host, module, victim }) => {
    const finished = eventsOf(events, 'script-finished').find(one => one.host === host && one.module === module);
    expect(finished?.left, victim).toEqual({ module: 'none', directory: 'removed' });
    return [victim, finished?.end.kind === 'failed' ? finished.end.failure.cause : finished?.end.kind];
  });
  const stopped = 'somebody on the host ended the supervisor, and the script with it';
  const killed = 'all processes of its supervisor there were killed (KILL)';
  const missing = 'what its end probes print may be missing';
  expect(Object.fromEntries(causes)).toEqual({
    shell: stopped,
    watch: stopped,
    reader: stopped,
    stapio: `staprun was killed by signal 9 (KILL): ${missing}`,
    all: `${killed}: ${missing}`,
    // Its caretaker has stopped the script in order.
    shells: killed,
  });
  const ends = eventsOf(events, 'line').filter(({ text }) => text === 'END');
  const endOf = (one: (typeof victims)[number]) => ends.some(end => end.host === one.host && end.module === one.module);
  expect(victims.filter(endOf).map(({ victim }) => victim)).toEqual(['shell', 'watch', 'reader', 'shells']);
  for (const host of targets) {
    // The caretakers end after a last look.
    const left = await becomes(
      async () => [
        ...(await leftOnTarget(host, modules)),
        ...(await onLabHost(host, 'ps -eo comm | grep -x caretaker; true')).split('\n').filter(line => line !== ''),
      ],
      all => all.length === 0,
      20,
    );
    expect(left).toEqual([]);
  }
});
