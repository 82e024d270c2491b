import type { Event, EventReader } from '../../model/event.ts';
import type { PlannedOutput } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import type { RecordRead } from '../../model/records.ts';
import { toCsvRow } from '../layout/csv.ts';
import { pipeLag } from './output-gap.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * `--format csv`: a row for each record as it comes, and before the first one a row of names: `host`; `script` where
 * several scripts have records; `section` and `sample` where one has sections; then the columns of all of them, each
 * once. What a script does not have is empty. Where nothing came, the names alone: programs want a header. With `onLeftOut`
 * rows are left out where nobody reads them; a table has no place to say so, so it is called at the end with their number.
 */
export function createCsvReporter(options: CsvOptions): EventReader {
  const { stdout, onBrokenPipe, onLeftOut } = options;
  const results = createStreamWriter(stdout, onBrokenPipe, onLeftOut && { ...pipeLag, gap: () => '' });
  const outputs: PlannedOutput[] = [];
  let layout: Layout | undefined;
  const begin = (): Layout => {
    layout = layOut(outputs);
    results.write(toCsvRow(layout.names));
    return layout;
  };
  return {
    read(event: Event) {
      // All plays are planned before the first one runs.
      if (event.kind === 'play-planned' && (event.joined === undefined || outputs.length === 0)) {
        outputs.push(...(event.plan.outputs ?? []).filter(({ format }) => format.columns.length > 0));
      } else if (event.kind === 'record') {
        results.offer(toCsvRow((layout ?? begin()).fieldsOf(event)));
      } else if (event.kind === 'run-finished' && layout === undefined) begin();
    },
    congestion: () => results.congestion(),
    async close() {
      // A run that was cut short says nowhere that it is over.
      if (layout === undefined && outputs.length > 0) begin();
      if (results.leftOut() > 0) onLeftOut?.(results.leftOut());
      await results.close();
    },
  };
}

type CsvOptions = Pick<ReporterOptions, 'stdout' | 'onBrokenPipe'> & { readonly onLeftOut?: (rows: number) => void };

interface Layout {
  readonly names: readonly string[];
  readonly fieldsOf: (record: RecordRead) => readonly (string | number)[];
}

function layOut(outputs: readonly PlannedOutput[]): Layout {
  const columns = [...new Set(outputs.flatMap(({ format }) => format.columns.map(({ name }) => name)))];
  const scripts = new Set(outputs.map(({ module }) => module)).size > 1 ? ['script'] : [];
  const sections = outputs.some(({ format }) => format.sections.length > 0) ? ['section', 'sample'] : [];
  return {
    names: ['host', ...scripts, ...sections, ...columns],
    fieldsOf: ({ host, module, section = '', sample = '', values }) => [
      printableText(host),
      ...scripts.map(() => module),
      ...(sections.length > 0 ? [section, sample] : []),
      ...columns.map(name => safe(values[name] ?? '')),
    ],
  };
}

/** CSV has no escapes, and it may well be read on a terminal. */
function safe(value: string | number): string | number {
  return typeof value === 'string' ? printableText(value) : value;
}
