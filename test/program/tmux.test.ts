import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import { type BenchFleet, startBenchFleet } from '../bench/bench-fleet.ts';
import { whyNoFleet } from '../support/stand-in-fleet.ts';
import { runInTmux, type TmuxOptions, type TmuxRun, whyNoTmux } from '../support/tmux.ts';

/** What people see of an apply on a real terminal. `TAPBOOK_CAPTURES=FOLDER` keeps all screens there. */
const why = whyNoFleet() ?? whyNoTmux();
if (why !== undefined) console.log(`what terminals show is left out: ${why}`);

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;
const playbook = `- name: Who reads most
  hosts: fleet
  serial: [1, 100%]
  scripts:
    - { name: io, inline: 'probe timer.s(1) { println(1) }', duration: 20s }
`;
/**
 * The first host prints what would clear the screen and name the window, the third one fails, the second one takes
 * longer than it should; all others print some lines.
 */
const behaviour = String.raw`
set -- $SSH_CONNECTION
case $3 in
127.1.0.0) printf '\033[2J\033[Hgone\033]0;taken over\007 \033[31mred\033[?1049h\r.\n' ;;
127.1.0.1) sleep 7 ;;
127.1.0.2) echo "ERROR: Couldn't insert module './io.ko': Operation not permitted" >&2; exit 1 ;;
esac
for n in 1 2 3; do echo "line $n of a script, $3"; sleep 0.2; done
echo "WARNING: 3 probes were slow" >&2
`;
let fleet: BenchFleet;

beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startBenchFleet({ releases: ['6.1.0-55-cloud-amd64', '6.1.0-56-cloud-amd64'], stapSeconds: 1 });
  await fleet.behave(behaviour);
  await writeFile(join(fleet.folder, 'io.yml'), playbook);
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function applyTo(count: number, options: Omit<TmuxOptions, 'env'>): Promise<TmuxRun> {
  const inventory = await fleet.inventory(count);
  const named = (await readFile(inventory, 'utf8')).replace(
    /^127\.1\.(\d+)\.(\d+)$/gm,
    (address, high: string, low: string) =>
      `db${String(Number(high) * 256 + Number(low)).padStart(3, '0')} ansible_host=${address}`,
  );
  await writeFile(inventory, named);
  const line = `${process.execPath} ${program} apply ${join(fleet.folder, 'io.yml')} -i ${inventory}`;
  // Each run builds for itself, and is the only one by its own lights.
  const own = join(fleet.folder, `${count}-${options.columns}`);
  const env = { ...fleet.env, XDG_CACHE_HOME: join(own, 'cache'), XDG_STATE_HOME: join(own, 'state') };
  const run = await runInTmux(line, { ...options, env });
  const folder = process.env['TAPBOOK_CAPTURES'];
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    const name = join(folder, `tmux-${options.columns}x${options.rows}-${count}-hosts`);
    const rule = '─'.repeat(options.columns);
    await writeFile(`${name}.txt`, run.screens.map(screen => `${screen.trimEnd()}\n${rule}\n`).join(''));
    await writeFile(`${name}-end.txt`, `${run.all}\n`);
  }
  return run;
}

/** The lines of the list. */
function frameOf(screen: string): readonly string[] {
  return screen.split('\n').filter(line => /^ *[❯✔✖⚠] /.test(line));
}

function times(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Without what comes in any order or not always, and with one number in place of times. */
function textOf(all: string): string {
  const lines = all.split('\n').map(line => line.trimEnd());
  return lines
    .filter(line => !/^(canary for|slowest:)|^db\S+ [|!] (?!gone)/.test(line))
    .join('\n')
    .replace(/\b(\d+m)?\d+(\.\d+)?s\b/g, 'Ns')
    .replace(/\/tmp\S+runs\/\w+-\w+/g, 'RUN');
}

function rowsOf(recap: string): readonly string[] {
  return recap.split('\n').filter(line => / : ok=/.test(line));
}

// A pair at a time: three hosts cost nearly nothing.
describe.skipIf(why !== undefined).each([
  [80, 24],
  [200, 50],
])('a terminal of %d by %d', (columns, rows) => {
  test.concurrent.for([3, 300])('with %d hosts', { timeout: 180_000 }, async (count, { expect }) => {
    const { screens, all, code, title } = await applyTo(count, { columns, rows });
    expect(code).toBe('2');
    for (const screen of screens) {
      const frame = frameOf(screen);
      expect(frame.length, screen).toBeLessThan(rows);
      for (const line of frame) expect(displayWidth(line), screen).toBeLessThan(columns);
      for (const stage of ['Probe hosts:', 'Build modules:', 'Run, batch'])
        expect(times(screen, stage)).toBeLessThan(2);
      // What scripts print stands above the list.
      const lines = screen.split('\n');
      const lastPrinted = lines.findLastIndex(line => /^db\S+ [|!] /.test(line));
      if (frame[0] !== undefined) expect(lines.indexOf(frame[0]), screen).toBeGreaterThan(lastPrinted);
    }
    const named = screens.flatMap(screen => screen.match(/Run, batch 2 .* waiting .*/) ?? []);
    const whole = count === 3 ? / waiting \d+s for db001$/ : / waiting \d+s( for (db\S+( and \d+ more)?|\d+ hosts))?$/;
    expect(named.length).toBeGreaterThan(0);
    for (const line of named) expect(line).toMatch(whole);

    // Nothing of the list is left above it, and nothing of what hosts say acts.
    const recap = all.slice(all.indexOf('\nRECAP'));
    expect(all.slice(0, -recap.length)).not.toMatch(/❯|waiting \d/);
    for (const stage of ['Probe hosts:', 'Build modules:', 'Run, batch 2 of 2:']) expect(times(all, stage)).toBe(1);
    expect(all).toMatch(/^PLAY \[Who reads most\]\n/);
    expect(title).not.toContain('taken over');
    for (const part of ['builds: 2 built', 'time: probe', 'files: ', 'failed db002 at load: ']) {
      expect(recap).toContain(part);
    }
    if (count === 3 && columns === 80)
      expect(textOf(all)).toMatchInlineSnapshot(`
      "PLAY [Who reads most]
      Plan: 2 to build, 0 cached; 3 hosts run in 2 batches; 0 fail, 0 skipped.
      db000 | gone red.
      db002: failed at load: the kernel refuses the module (lockdown, or a container
          without the right); cat /sys/kernel/security/lockdown there
      ✔ Probe hosts: 3/3 ok · Ns
      ✔ Build modules: 2/2 ready · 2 built · Ns
      ✖ Run, batch 2 of 2: 2/3 ok · 1 failed · Ns

      RECAP
      db000 : ok=1 failed=0 unreachable=0
      db001 : ok=1 failed=0 unreachable=0
      db002 : ok=0 failed=1 unreachable=0
      builds: 2 built, 0 cached
      time: probe Ns, build Ns, run Ns, all Ns
      files: RUN
      failed db002 at load: the kernel refuses the module (lockdown, or a container
          without the right)
          | ERROR: Couldn't insert module './io.ko': Operation not permitted
          cure: cat /sys/kernel/security/lockdown there
      these hosts only: --limit @RUN/failed.hosts"
    `);
    if (count > 3)
      expect(rowsOf(recap)).toMatchInlineSnapshot(`
      [
        "db[000,001,003-299] (299) : ok=1 failed=0 unreachable=0",
        "db002                     : ok=0 failed=1 unreachable=0",
      ]
    `);
  });
});
