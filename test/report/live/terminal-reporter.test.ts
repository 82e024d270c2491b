import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { createStyle } from '../../../src/report/layout/style.ts';
import type { TerminalOptions } from '../../../src/report/live/reporter-options.ts';
import { startStageList } from '../../../src/report/live/stage-list.ts';
import { createTerminalReporter } from '../../../src/report/live/terminal-reporter.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import {
  applyOf,
  at,
  finished,
  host,
  hosts,
  inPlay,
  line,
  plan,
  skipped,
  started,
  unreachable,
} from '../../support/sample-run.ts';
import { createScreenModel } from '../../support/screen-model.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse(started.time) });
});
beforeAll(async () => {
  // The first list loads the parts of listr2 that it needs; after that a list is laid out within a tick.
  const list = startStageList(createStyle('plain'));
  list.show({ probe: { title: 'Probe', state: 'running' } });
  await vi.waitFor(() => expect(list.frame()).toEqual(['❯ Probe']));
  await list.end('has-failed');
  expect(list.frame()).toEqual(['✖ Probe']);
});
afterEach(() => {
  vi.useRealTimers();
});

/** A terminal of 80 by 24 that both streams write to, and a clock that goes as the events say. */
function openTerminal(options: Partial<TerminalOptions> = {}) {
  const log: string[] = [];
  const stdout = createMemoryStream(options.stdoutIs === 'elsewhere' ? [] : log);
  const stderr = createMemoryStream(log);
  const reporter = createTerminalReporter({
    stdout,
    stderr,
    columns: () => 80,
    rows: () => 24,
    stdoutIs: 'terminal',
    colour: { stdout: 'plain', stderr: 'plain' },
    verbosity: 'normal',
    now: () => Date.now(),
    onBrokenPipe: () => {},
    ...options,
  });
  const settle = () => new Promise<void>(resolve => setImmediate(resolve));
  return {
    stdout,
    /** Lets the clock reach each event, with the ticks between. */
    async play(events: Iterable<Event>) {
      for (const event of events) {
        vi.advanceTimersByTime(Math.max(0, Date.parse(event.time) - Date.now()));
        await settle();
        reporter.read(event);
      }
      await this.tick();
    },
    async tick() {
      for (let ticks = 0; ticks < 3; ticks++) {
        vi.advanceTimersByTime(100);
        await settle();
      }
    },
    congestion: () => reporter.congestion(),
    close: () => reporter.close(),
    screen: () => createScreenModel(80, 24).feed(log.join('')),
    raw: () => log.join(''),
  };
}

const small = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable], old: hosts('legacy1') });

function* until(seconds: number, events: Iterable<Event>): Generator<Event> {
  const limit = Date.parse(at(seconds, { kind: 'notice', severity: 'info', text: '' }).time);
  for (const event of events) if (Date.parse(event.time) <= limit) yield event;
}

describe('on a terminal', () => {
  test('while modules are built', async () => {
    const terminal = openTerminal();
    await terminal.play(until(30, applyOf(small)));
    expect(terminal.screen().text()).toMatchInlineSnapshot(`
      "PLAY [Who reads most on the databases]
      db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd
          there
      Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 0 fail, 1 unreachable, 1
          skipped.
      ✖ Probe hosts: 5/6 ok · 1 unreachable · 1.2s
      ❯ Build modules: 1/2 ready · 1 cached
        ❯ 6.1.0-13-cloud-amd64 x86_64 (3 hosts): ioread_top5 on builder1 0s
        ✔ 2.6.18-398.el5 x86_64 (1 host): 1 module cached"
    `);
    await terminal.close();
  });

  test('while scripts run, their lines stand above', async () => {
    const terminal = openTerminal();
    await terminal.play(until(80, applyOf(small)));
    expect(terminal.screen().text()).toMatchInlineSnapshot(`
      "PLAY [Who reads most on the databases]
      db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd
          there
      Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 0 fail, 1 unreachable, 1
          skipped.
      db1 | 3431---pcscd---240---3
      db3: failed at load: the kernel refuses the module: Couldn't insert module
          'ioread_top5.ko': File exists; tapbook clean
      db2 | 3431---pcscd---240---3
      legacy1 | 3431---pcscd---240---7
      ✖ Probe hosts: 5/6 ok · 1 unreachable · 1.2s
      ✔ Build modules: 2/2 ready · 1 built · 1 cached · 40s
      ❯ Run, batch 2 of 2: 1/4 ok · 1 failed · 2 running 5s"
    `);
    await terminal.close();
  });

  test('at the end', async () => {
    const terminal = openTerminal();
    await terminal.play(applyOf(small));
    await terminal.close();
    expect(terminal.screen().text()).toMatchInlineSnapshot(`
      "PLAY [Who reads most on the databases]
      db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd
          there
      Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 0 fail, 1 unreachable, 1
          skipped.
      db1 | 3431---pcscd---240---3
      db3: failed at load: the kernel refuses the module: Couldn't insert module
          'ioread_top5.ko': File exists; tapbook clean
      db2 | 3431---pcscd---240---3
      legacy1 | 3431---pcscd---240---7
      ✖ Probe hosts: 5/6 ok · 1 unreachable · 1.2s
      ✔ Build modules: 2/2 ready · 1 built · 1 cached · 40s
      ✖ Run, batch 2 of 2: 3/4 ok · 1 failed · 1m2s

      RECAP
      db1     : ok=1 failed=0 unreachable=0 skipped=0
      db2     : ok=1 failed=0 unreachable=0 skipped=0
      db3     : ok=0 failed=1 unreachable=0 skipped=0
      legacy1 : ok=1 failed=0 unreachable=0 skipped=0
      web1    : ok=0 failed=0 unreachable=0 skipped=1
      db9     : ok=0 failed=0 unreachable=1 skipped=0
      builds: 1 built, 1 cached
      time: probe 1.2s, build 40s, run 1m2s, all 1m44s
      files: /state/tapbook/runs/20261123T004105Z-1a2b3c
      skipped web1: its kernel 5.10.0-9-amd64 matches no entry of kernels
      failed db3 at load: the kernel refuses the module: Couldn't insert module
          'ioread_top5.ko': File exists
          | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
          | ERROR: Rerun with staprun option '-R'
          cure: tapbook clean
      unreachable db9 at connect: connection refused by 192.0.2.9:22
          cure: start sshd there
      these hosts only: --limit @/state/tapbook/runs/20261123T004105Z-1a2b3c/failed.ho
      sts"
    `);
  });

  test('two plays: each stage is shown once, under its play', async () => {
    const first = { ...plan(hosts('db1')), name: 'First' };
    const second = { ...plan(hosts('db2')), name: 'Second' };
    const [one, two] = [inPlay(1, applyOf(first)), inPlay(2, applyOf(second))];
    const planning = (events: Event[]) => events.slice(1, events.findIndex(({ kind }) => kind === 'play-planned') + 1);
    const rest = (events: Event[]) => events.slice(events.findIndex(({ kind }) => kind === 'play-planned') + 1);
    const terminal = openTerminal();
    await terminal.play([started]);
    for (const events of [planning(one), planning(two), rest(one).slice(0, -1), rest(two)]) await terminal.play(events);
    await terminal.close();
    const shown = terminal.screen().text();
    expect(shown.slice(0, shown.indexOf('RECAP'))).toMatchInlineSnapshot(`
      "PLAY [First]
      Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 0 fail, 0 skipped.
      ✔ Probe hosts: 1/1 ok · 1.2s
      PLAY [Second]
      Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 0 fail, 0 skipped.
      ✔ Probe hosts: 1/1 ok · 1.2s
      PLAY [First]
      db1 | 3431---pcscd---240---3
      ✔ Build modules: 1/1 ready · 1 built · 40s
      ✔ Run: 1/1 ok · 31s
      PLAY [Second]
      db2 | 3431---pcscd---240---3
      ✔ Build modules: 1/1 ready · 1 built · 40s
      ✔ Run: 1/1 ok · 31s

      "
    `);
  });

  test('equal lines of many hosts are folded, and a long frame line never wraps', async () => {
    const terminal = openTerminal();
    const names = hosts(...Array.from({ length: 30 }, (_, index) => `db${String(index + 1).padStart(2, '0')}`));
    await terminal.play([started, ...names.map(name => line(1, name, 'same'))]);
    await terminal.close();
    expect(terminal.screen().text()).toBe('db[01-30] | same');
  });

  test('remote text cannot move the cursor', async () => {
    const terminal = openTerminal();
    await terminal.play([
      started,
      line(1, host('db1'), '\x1b[2J\x1b[1;1H\x1b]0;owned\x07gone?'),
      at(1, {
        kind: 'host-probed',
        host: host('db2'),
        role: 'target',
        seconds: 1,
        result: {
          kind: 'unreachable',
          failure: { stage: 'connect', cause: '\x1b[2Jrefused' },
        },
      }),
      at(1, finished(host('db3'), { kind: 'degraded', notes: ['\x1b[31mred'] })),
    ]);
    await terminal.close();
    expect(terminal.screen().text()).toBe('db1 | gone?\ndb2: unreachable at connect: refused\ndb3: degraded: red');
    expect(terminal.raw()).not.toMatch(/\x1b(?!\[\d+A|\[0J)/);
  });

  test('an unchanged frame is not drawn again', async () => {
    const terminal = openTerminal();
    await terminal.play(until(1.3, applyOf(small)));
    const before = terminal.raw().length;
    await terminal.tick();
    expect(terminal.raw().length).toBe(before);
    await terminal.close();
  });

  test('a run that is cut short leaves what was reached, and no recap', async () => {
    const terminal = openTerminal();
    await terminal.play(until(30, applyOf(small)));
    await terminal.close();
    expect(terminal.screen().text().split('\n').slice(-4)).toMatchInlineSnapshot(`
      [
        "✖ Probe hosts: 5/6 ok · 1 unreachable · 1.2s",
        "⚠ Build modules: 1/2 ready · 1 cached",
        "  ✖ 6.1.0-13-cloud-amd64 x86_64 (3 hosts): ioread_top5 on builder1 0s",
        "  ✔ 2.6.18-398.el5 x86_64 (1 host): 1 module cached",
      ]
    `);
  });
});

test('a terminal that stands still: what it is not shown is counted, and the hosts go on', async () => {
  const terminal = openTerminal();
  await terminal.play([started, line(1, host('db1'), 'seen')]);
  terminal.stdout.fill();
  const long = 'x'.repeat(100_000);
  await terminal.play([line(2, host('db1'), 'under way')]);
  await terminal.play(Array.from({ length: 3 }, () => line(2, host('db1'), long)));
  const congestion = terminal.congestion();
  expect(congestion).toBeInstanceOf(Promise);
  await congestion;
  expect(terminal.congestion()).toBeUndefined();
  const before = terminal.raw().length;
  await terminal.play(Array.from({ length: 1234 }, (_, index) => line(3, host('db1'), `unseen ${index}`)));
  expect(terminal.raw().length).toBe(before);
  terminal.stdout.drain();
  await terminal.play([line(4, host('db1'), 'seen again'), ...[...applyOf(small)].slice(-1)]);
  await terminal.close();
  const text = terminal.screen().text();
  expect(text).toContain('db1 | seen\ndb1 | under way\ndb1 | xxx');
  expect(text.slice(text.indexOf('…'))).toMatchInlineSnapshot(`
    "… 1234 lines not shown here; all is in
        /state/tapbook/runs/20261123T004105Z-1a2b3c/output
    db1 | seen again

    RECAP
    builds: 0 built, 0 cached
    time: all 1m44s
    files: /state/tapbook/runs/20261123T004105Z-1a2b3c
    output: 1234 lines not shown here, since nobody read in time"
  `);
});

test('a flood is shown in part on a terminal, and counted; what comes later is shown again', async () => {
  const flood = Array.from({ length: 30_000 }, (_, index) => line(1, host('db1'), `flood ${index}`));
  const terminal = openTerminal();
  await terminal.play([started, ...flood]);
  await terminal.play([line(4, host('db1'), 'calm'), ...[...applyOf(small)].slice(-1)]);
  await terminal.close();
  expect(terminal.raw()).toContain('db1 | flood 19999\n');
  expect(terminal.raw()).not.toContain('flood 20000');
  const text = terminal.screen().text();
  expect(text.slice(text.indexOf('…'))).toMatchInlineSnapshot(`
    "… 10000 lines not shown here; all is in
        /state/tapbook/runs/20261123T004105Z-1a2b3c/output
    db1 | calm

    RECAP
    builds: 0 built, 0 cached
    time: all 1m44s
    files: /state/tapbook/runs/20261123T004105Z-1a2b3c
    output: 10000 lines not shown here, more than a terminal is given"
  `);
});

test('a flood is shown in full where nothing else keeps it, and where it is no terminal', async () => {
  const flood = Array.from({ length: 30_000 }, (_, index) => line(1, host('db1'), `flood ${index}`));
  const unkept = openTerminal();
  await unkept.play([JSON.parse(JSON.stringify({ ...started, directory: undefined })) as Event, ...flood]);
  await unkept.close();
  expect(unkept.raw()).toContain('db1 | flood 29999\n');
  const elsewhere = openTerminal({ stdoutIs: 'elsewhere' });
  await elsewhere.play([started, ...flood]);
  await elsewhere.close();
  expect(elsewhere.stdout.text().match(/flood/g)).toHaveLength(30_000);
});

test('results that go past the terminal are whole, at once, and not on it', async () => {
  const terminal = openTerminal({ stdoutIs: 'elsewhere' });
  await terminal.play([started, line(1, host('db1'), 'same'), line(1, host('db2'), 'same')]);
  expect(terminal.stdout.text()).toBe('db1 | same\ndb2 | same\n');
  await terminal.close();
  expect(terminal.raw()).not.toContain('same');
});

test('nobody reads stdout any more: it is said once, and the progress goes on', async () => {
  let broken = 0;
  const terminal = openTerminal({ stdoutIs: 'elsewhere', onBrokenPipe: () => broken++ });
  terminal.stdout.break();
  await terminal.play([...until(1.3, applyOf(small)), line(2, host('db1'), 'lost')]);
  await terminal.close();
  expect(broken).toBe(1);
  expect(terminal.stdout.text()).toBe('');
  expect(terminal.screen().text()).toContain('Probe hosts: 5/6 ok');
});

test('a stage that goes on in a later turn is no failure of this one', async () => {
  const list = startStageList(createStyle('plain'));
  list.show({
    probe: { title: 'Probe hosts: 2/3 ok', state: 'running' },
    build: { title: 'Build modules: 1/1 ready', state: 'done' },
  });
  expect(await list.end('goes-on')).toEqual(['✔ Build modules: 1/1 ready']);
});
