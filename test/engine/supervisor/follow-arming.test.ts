import { expect, test, vi } from 'vitest';
import { followArming } from '../../../src/engine/supervisor/follow-arming.ts';
import { newReport, readLogLine } from '../../../src/engine/supervisor/supervisor-report.ts';

/** Hears a line each second. */
function hear(...lines: readonly string[]) {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const told: string[] = [];
    const report = newReport();
    const arming = followArming({
      onLoaded: () => told.push('loaded'),
      onArmed: seconds => told.push(`armed after ${seconds}`),
    });
    for (const line of lines) {
      vi.advanceTimersByTime(1000);
      readLogLine(line, 'N', report);
      arming.look(report);
    }
    vi.advanceTimersByTime(1000);
    return { told, traced: arming.traced(report) };
  } finally {
    vi.useRealTimers();
  }
}

const staprun = 'staprun:main:503 modname="x"';
const registered = 'stapio:stp_main_loop:666 systemtap_module_init() returned 0';

test.each([
  [
    'until the host has stopped it',
    [staprun, 'N loaded', 'x', registered, 'N stopping limit', 'N traced 1003'],
    2,
    10.03,
  ],
  ['until it called exit()', [staprun, 'N loaded', registered, 'x', 'stapio:m:1 got STP_REQUEST_EXIT', 'x'], 1, 2],
  ['until its end', [staprun, 'N loaded', registered, 'x', 'x', 'N ended 0 9 none removed'], 1, 3],
  [
    'nothing, if it called exit() in its begin',
    [staprun, 'N loaded', 'stapio:m:1 got STP_REQUEST_EXIT', registered],
    2,
    0,
  ],
  ['until now', [staprun, 'N loaded', registered, 'x'], 1, 2],
  ['that is heard to be armed before the watch has seen it live', [staprun, registered, 'N loaded'], 0, 2],
  ['whose staprun says nothing of itself', ['N loaded', 'x', 'N ended 0 9 none removed'], 0, 2],
] as const)('a script traces %s', (_what, lines, after, seconds) => {
  const { told, traced } = hear(...lines);
  expect(told).toEqual(['loaded', `armed after ${after}`]);
  expect(traced).toBe(seconds);
});

test.each([
  [[staprun, 'N loaded', 'stapio:m:1 systemtap_module_init() returned -22'], ['loaded']],
  [[staprun, 'N loaded', 'N stopping unarmed', 'N ended 0 9 none removed'], ['loaded']],
  [['N ready BOOT'], []],
  [
    [staprun, 'N loaded', 'N stopping asked', registered, 'N ended 0 9 none removed'],
    ['loaded', 'armed after 2'],
  ],
] as const)('it traces nothing: %j', (lines, said) => {
  const { told, traced } = hear(...lines);
  expect(told).toEqual(said);
  expect(traced).toBeUndefined();
});
