import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchFleet, startBenchFleet } from '../bench/bench-fleet.ts';
import { becomes, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, type Running, startTapbook } from '../support/tapbook.ts';
import { runInTmux, type Tmux, whyNoTmux } from '../support/tmux.ts';

/** Who looks at the output stops reading while a host prints much. */
const why = whyNoFleet();
if (why !== undefined) console.log(`readers that stand still are left out: ${why}`);

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;
const playbook = `- name: Who reads most
  hosts: fleet
  scripts:
    - { name: io, inline: 'probe timer.s(1) { println(1) }', duration: 10m }
`;
/** It prints a line, waits for a sign, and then prints much more than anybody holds. */
const behaviourIn = (folder: string): string => `
set -- $SSH_CONNECTION
echo "begun"
while [ ! -e ${folder}/go-$3 ]; do sleep 0.1; done
yes "$(printf 'x%0999d' 0)" 2>/dev/null | head -n 40000
`;
let fleet: BenchFleet;

beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startBenchFleet();
  await fleet.behave(behaviourIn(fleet.folder));
  await writeFile(join(fleet.folder, 'io.yml'), playbook);
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** An apply to one host of its own: with a history and a cache of its own, and the host waits for its sign again. */
async function prepare(address: string) {
  const own = await mkdtemp(join(fleet.folder, 'own-'));
  const state = join(own, 'state');
  const sign = join(fleet.folder, `go-${address}`);
  await rm(sign, { force: true });
  const inventory = await fleet.inventory(0, `db1 ansible_host=${address}`);
  const runs = join(state, 'tapbook/runs');
  const read = async (...path: readonly string[]): Promise<string> => {
    const [run = ''] = await readdir(runs).catch(() => []);
    return readFile(join(runs, run, ...path), 'utf8').catch(() => '');
  };
  return {
    args: ['apply', join(fleet.folder, 'io.yml'), '-i', inventory],
    env: { ...fleet.env, XDG_STATE_HOME: state, XDG_CACHE_HOME: join(own, 'cache') },
    read,
    /** Has the host print, and waits until the run is over by its files. */
    async printAll() {
      await writeFile(sign, '');
      const isOver = (head: string) => head.includes(`"exitCode"`);
      expect(await becomes(() => read('run.json'), isOver, 2400)).toSatisfy(isOver);
    },
  };
}

/** Stops reading once something has come, until the host has printed all. */
async function standStill(running: Running, printAll: () => Promise<void>): Promise<void> {
  await becomes(
    async () => running.stdout(),
    text => text.includes('begun'),
    2400,
  );
  running.pause();
  await printAll();
}

describe.skipIf(why !== undefined)('who stops reading holds up no host, and is told how much is missing', () => {
  const printed = 40_004;

  test.concurrent('a pipe', { timeout: 180_000 }, async ({ expect }) => {
    const { args, env, read, printAll } = await prepare('127.1.4.0');
    const running = startTapbook(args, { env });
    await standStill(running, printAll);
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${running.pid}/status`, 'utf8'))?.[1]);
    running.resume();
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    const [gap = '', ...others] = lines.filter(line => line.startsWith('…'));
    expect(others).toEqual([]);
    expect(gap).toMatch(/^… \d+ lines not shown here; all is in \/\S+\/output$/);
    const leftOut = Number(/\d+/.exec(gap)?.[0]);
    expect(leftOut).toBeGreaterThan(10_000);
    expect(lines.length - 1 + leftOut).toBe(printed);
    expect(stderr).toContain(`\noutput: ${leftOut} lines not shown here, since nobody read in time\n`);
    expect((await read('output/db1.txt')).split('\n').length - 1).toBe(printed);
    // All that was printed takes 40 MB.
    expect(peak).toBeLessThan(300_000);
  });

  test.concurrent('JSON', { timeout: 180_000 }, async ({ expect }) => {
    const { args, env, printAll } = await prepare('127.1.4.1');
    const running = startTapbook([...args, '--format', 'json'], { env });
    await standStill(running, printAll);
    running.resume();
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    const events = parseEvents(stdout);
    const leftOut = eventsOf(events, 'notice').reduce((sum, notice) => sum + (notice.leftOut ?? 0), 0);
    expect(leftOut).toBeGreaterThan(10_000);
    expect(eventsOf(events, 'line').length + leftOut).toBe(printed);
    expect(eventsOf(events, 'script-finished').map(({ left }) => left)).toEqual([
      { module: 'none', directory: 'removed' },
    ]);
    expect(events.at(-1)?.kind).toBe('run-finished');
  });

  test
    .skipIf(whyNoTmux() !== undefined)
    .concurrent('a terminal, after Ctrl-S', { timeout: 180_000 }, async ({ expect }) => {
      const { args, env, read, printAll } = await prepare('127.1.4.2');
      let state: 'runs' | 'frozen' | 'over' = 'runs';
      const onScreen = async (screen: string, tmux: Tmux) => {
        if (state !== 'runs' || !screen.includes('db1 | begun')) return;
        state = 'frozen';
        await tmux('send-keys', 'C-s');
        await printAll();
        state = 'over';
        expect(await tmux('capture-pane', '-p')).not.toContain('RECAP');
        await tmux('send-keys', 'C-q');
      };
      const line = [process.execPath, program, ...args].join(' ');
      const { all, code } = await runInTmux(line, { columns: 80, rows: 24, env, onScreen });
      expect([state, code]).toEqual(['over', '0']);
      const end = all.slice(all.indexOf('…'));
      const leftOut = Number(/\d+/.exec(end)?.[0]);
      expect(leftOut).toBeGreaterThan(30_000);
      const alike = end.replaceAll(String(leftOut), 'N').replace(/\b\d+(\.\d+)?s\b/g, 'Ns');
      expect(alike.replace(/\/tmp\S+runs\/\w+-\w+/g, 'RUN')).toMatchInlineSnapshot(`
        "… N lines not shown here; all is in
            RUN/output
        ✔ Probe hosts: 1/1 ok · Ns
        ✔ Build modules: 1/1 ready · 1 built · Ns
        ✔ Run: 1/1 ok · Ns

        RECAP
        db1 : ok=1 failed=0 unreachable=0
        builds: 1 built, 0 cached
        time: probe Ns, build Ns, run Ns, all Ns
        files: RUN
        output: N lines not shown here, since nobody read in time"
      `);
      expect((await read('output/db1.txt')).split('\n').length - 1).toBe(printed);
    });
});
