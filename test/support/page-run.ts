import { createOutputEmitter } from '../../src/engine/supervisor/output-emitter.ts';
import type { Event } from '../../src/model/event.ts';
import type { HostName } from '../../src/model/ids.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { usualScriptBudget } from './keep-budget.ts';
import { applyOf, at, ioread } from './sample-run.ts';

/** What a page must show and never obey. */
export const hostileText = '<script>window.pwned = 1</script>"><img src=x onerror="window.pwned=2"></pre>';

const output = {
  module: ioread,
  format: {
    separator: '---',
    columns: [
      { name: 'pid', type: 'integer' },
      { name: 'execname', type: 'text' },
      { name: 'count', type: 'integer' },
      { name: 'bytes', type: 'integer' },
    ],
    sections: [
      { name: 'interval', begin: '**********' },
      { name: 'total', begin: 'END:**********' },
    ],
    skip: [],
    histograms: 'add',
  },
  aggregate: {
    section: 'total',
    by: ['execname'],
    sum: ['count', 'bytes'],
    min: [],
    max: [],
    avg: [],
    count: false,
    top: 10,
    maxGroups: 1000,
  },
} as const;

const programs = [
  'postgres',
  'sshd',
  'systemd',
  'node_exporter',
  'cron',
  'bash',
  'rsync',
  'python3',
  'journald',
  'curl',
];

const histogram = `read sizes
value |-------------------------------------------------- count
    1 |                                                    0
    2 |                                                    0
    4 |@@@@@@@@@@@@@@                                     14
    8 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@       44
   16 |@@@@@@@@@@@@@@@@@@                                 18
   32 |@@@@@                                               5
   64 |                                                    0
  128 |                                                    0

`;

/**
 * An apply whose hosts print tables of records every two seconds and a histogram at the end, as they did on that day; one
 * line of each is `hostileText`, and a program's name is too.
 */
export function pageRun(planned: PlannedPlay): readonly Event[] {
  const events: Event[] = [];
  for (const event of applyOf({ ...planned, outputs: [output] })) {
    events.push(event);
    if (event.kind === 'script-started') events.push(...printedOn(event.host, Date.parse(event.time)));
  }
  return events.toSorted((left, right) => Date.parse(left.time) - Date.parse(right.time));
}

function printedOn(host: HostName, from: number): readonly Event[] {
  const events: Event[] = [];
  let seconds = 0;
  const begin = Date.parse(at(0, { kind: 'notice', severity: 'info', text: '' }).time);
  const sink = {
    emit: (body: Parameters<typeof at>[1]) => void events.push(at((from - begin) / 1000 + seconds, body)),
    congestion: () => undefined,
  };
  const emitter = createOutputEmitter({ host, module: ioread }, [output], sink, usualScriptBudget());
  const seed = [...host].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  const row = (index: number, factor: number): string => {
    const count = ((seed * (index + 3)) % 17) * factor + index;
    return `${1000 + index}---${programs[index]}---${count}---${count * 512 * (1 + (index % 3))}`;
  };
  const tell = (text: string): void => {
    for (const line of text.split('\n')) emitter.emitLine('stdout', line);
  };
  for (seconds = 2; seconds <= 20; seconds += 2) {
    tell('**********');
    for (let index = 0; index < programs.length; index++) tell(row(index, 3 + ((seconds + index) % 5)));
  }
  tell(`END:**********\n${programs.map((_, index) => row(index, 50)).join('\n')}`);
  tell(`1---${hostileText}---3000---4`);
  tell(hostileText);
  tell(histogram);
  emitter.end();
  return events;
}
