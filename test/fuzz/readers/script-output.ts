import { foldHostsWithin } from '../../../src/model/fold-hosts.ts';
import type { OutputFormat } from '../../../src/model/records.ts';
import { createMatrixGatherer } from '../../../src/records/gather-matrices.ts';
import { createSeriesGatherer } from '../../../src/records/gather-series.ts';
import { createTableMaker } from '../../../src/records/make-tables.ts';
import { plainOutput } from '../../../src/records/read-output.ts';
import { formatFleetTables } from '../../../src/report/texts/fleet-tables.ts';
import { recordedRun } from '../../support/recorded-run.ts';
import type { Reader } from '../reader.ts';
import { filesOf, once } from './examples.ts';

const labOutputs = once(() => [
  ...filesOf('test/records/lab', '.txt').map(text => text.slice(0, 20_000)),
  'cpu 1\nvalue |-------------------------------------------------- count\n    0 |                                                    0\n    1 |@@@@                                                2\n    2 |@@                                                   1\n\n',
  'T\nname,n\nnginx,12\nbash,0x1f\n# end\n---\n12:00:01 a 1\n12:00:02 a 2\n',
]);

const named: OutputFormat = {
  columns: [
    { name: 'name', type: 'text' },
    { name: 'n', type: 'number' },
  ],
  separator: ',',
  sections: [{ name: 's', begin: 'T' }],
  skip: ['#'],
  histograms: 'last',
};

/** What scripts print on three hosts, to the tables of the fleet. */
export const scriptOutput: readonly Reader[] = [
  { name: 'plain-output', examples: labOutputs, read: text => tell(text, plainOutput) },
  {
    name: 'histograms',
    examples: labOutputs,
    read: text => tell(text, { ...plainOutput, histograms: 'last', histogramTitle: 'cpu {}*' }),
  },
  { name: 'records', examples: labOutputs, read: text => tell(text, named) },
  {
    name: 'fold-hosts',
    examples: () => ['db1\ndb2\ndb3\nweb01.example.com\nweb02.example.com\n10.0.0.7\n10.0.0.8\nh9'],
    read(text) {
      // As long as names of hosts may be.
      const names = text.split('\n').map(name => name.slice(0, 255));
      for (const columns of [10, 80]) foldHostsWithin(names, columns);
    },
  },
];

const mostLines = 200_000;

function tell(text: string, format: OutputFormat): void {
  // The rig holds an event of each line, as the program does not: of a million empty ones these are most of the memory.
  const lines = text.split('\n').slice(0, mostLines);
  const output = {
    format,
    aggregate: { by: ['name'], sum: ['n'], min: ['n'], max: ['n'], avg: ['n'], count: true, maxGroups: 50 },
  };
  const names = ['h1', 'h2', 'h3'];
  const events = recordedRun([{ module: 'm', output: format.columns.length === 0 ? { format } : output }], {
    names,
    linesOf: host => lines.slice(Math.floor((lines.length * names.indexOf(host)) / 4)),
  });
  const tables = createTableMaker();
  const series = createSeriesGatherer();
  const matrices = createMatrixGatherer();
  for (const event of events) for (const reader of [tables, series, matrices]) reader.read(event);
  JSON.stringify([series.series(), matrices.matrices()]);
  formatFleetTables(tables.make(), { colour: 'plain', columns: 80 });
}
