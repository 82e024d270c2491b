import type { Event, EventReader } from '../model/event.ts';
import type { PlannedOutput } from '../model/plan.ts';
import type { RecordRead } from '../model/records.ts';
import { toCsvRow } from './csv.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { sanitiseText } from './sanitise-text.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * `--format csv`: a row for each record as it comes, and before the first one a row of names: `host`; `script` where
 * several scripts have records; `section` and `sample` where one has sections; then the columns of all of them, each
 * once. What a script does not have is empty. Where nothing came, the names alone: programs want a header.
 */
export function createCsvReporter(options: Pick<ReporterOptions, 'stdout' | 'onBrokenPipe'>): EventReader {
  const results = createStreamWriter(options.stdout, options.onBrokenPipe);
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
      if (event.kind === 'play-planned') {
        outputs.push(...(event.plan.outputs ?? []).filter(({ format }) => format.columns.length > 0));
      } else if (event.kind === 'record') {
        results.write(toCsvRow((layout ?? begin()).fieldsOf(event)));
      } else if (event.kind === 'run-finished' && layout === undefined) begin();
    },
    congestion: () => results.congestion(),
    close: () => results.close(),
  };
}

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
      sanitiseText(host),
      ...scripts.map(() => module),
      ...(sections.length > 0 ? [section, sample] : []),
      ...columns.map(name => safe(values[name] ?? '')),
    ],
  };
}

/** CSV has no escapes, and it may well be read on a terminal. */
function safe(value: string | number): string | number {
  return typeof value === 'string' ? sanitiseText(value) : value;
}
