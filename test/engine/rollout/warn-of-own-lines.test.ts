import { describe, expect, test } from 'vitest';
import { warnOfOwnLines } from '../../../src/engine/rollout/warn-of-own-lines.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { ModuleName } from '../../../src/model/ids.ts';
import { host, ioread, plannedBuild, release } from '../../support/sample-run.ts';

/** The warnings about these lines of a script with this text. */
function warningsOf(
  lines: readonly string[],
  {
    source = 'probe vfs.read { println(execname()) }',
    stream = 'stdout',
    modules = [ioread] as readonly string[],
  } = {},
): readonly string[] {
  const seen: EventBody[] = [];
  const build = plannedBuild(release, 'cached', [host('db1')]);
  const builds = [{ ...build, source: { ...build.source, text: source } }];
  const events = warnOfOwnLines({ emit: event => seen.push(event), congestion: () => undefined }, { builds });
  for (const text of lines) {
    for (const module of modules) {
      events.emit({ kind: 'line', host: host('db1'), module: module as ModuleName, stream: stream as 'stdout', text });
    }
  }
  expect(seen.filter(({ kind }) => kind === 'line')).toHaveLength(lines.length * modules.length);
  return seen.flatMap(event => (event.kind === 'notice' ? [event.text] : []));
}

describe('a script that prints lines about what runs it', () => {
  test('is warned about once, with a filter', () => {
    expect(warningsOf(['3431---mysqld---240', '9050---stapio---22---57552', 'staprun 7', 'sshd 8'])).toEqual([
      'ioread_top5 on db1 prints lines about stapio, which runs it; to leave them out, begin its probes with: ' +
        'if (execname() == "staprun" || execname() == "stapio") next',
    ]);
    expect(warningsOf(['9---sshd-session---114---96747'])).toEqual([
      'ioread_top5 on db1 prints lines about sshd-session, which sends its output here; to leave them out, begin its probes with: ' +
        'if (execname() == "staprun" || execname() == "stapio" || execname() == "sshd-session") next',
    ]);
    expect(warningsOf(['stapio 1', 'stapio 2'], { modules: ['one', 'two'] })).toHaveLength(2);
  });

  test.each([
    'stapio',
    'stapio(123) read 7',
    'pid=7 comm=staprun',
    '"sshd"',
    'sshd[77]: x',
    '1\tsshd\t2',
    'sshd---240',
  ])('is one that prints %j', text => {
    expect(warningsOf([text])).toHaveLength(1);
  });

  test.each([
    'mysqld 7',
    '/usr/sbin/sshd 7',
    '/usr/libexec/systemtap/stapio',
    'sshd_config',
    'my.sshd',
    'sshd/7',
    'sshd-agent',
    'stapling',
    'stapio2',
    'notstaprun',
  ])('is not one that prints %j', text => {
    expect(warningsOf([text])).toEqual([]);
  });

  test('means it where it names the program itself, and stderr is not its output', () => {
    const source = 'probe vfs.read { if (execname() == "sshd") println(execname()) }';
    expect(warningsOf(['sshd 7'], { source })).toEqual([]);
    expect(warningsOf(['stapio 7'], { source })).toHaveLength(1);
    expect(warningsOf(['stapio 7'], { stream: 'stderr' })).toEqual([]);
  });
});
