import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Aggregation, OutputFormat } from '../model/records.ts';
import { hostColumn, parseOrder, tableColumns } from '../records/table-columns.ts';
import type { Resolving } from './resolving.ts';
import type { Aggregate } from './written-playbook.ts';

type Path = readonly (string | number)[];

/** Bounds the memory of a table without `max_groups`. */
const defaultMaxGroups = 10_000;

const measures = ['sum', 'min', 'max', 'avg'] as const;

/** How a script's records become a table; undefined without `aggregate`, or if it is wrong, which has been reported. */
export function resolveAggregate(
  written: Aggregate | undefined,
  format: OutputFormat | undefined,
  path: Path,
  resolving: Resolving,
): Aggregation | undefined {
  if (written === undefined) return undefined;
  const { tree, report, isKnown } = resolving;
  let isWrong = false;
  const refuse = (
    code: DiagnosticCode,
    message: string,
    cure: string,
    keys: Path,
    part: 'key' | 'value' = 'value',
  ): void => {
    isWrong = true;
    report({ severity: 'error', code, message, cure, place: tree.place([...path, ...keys], part) });
  };
  if (format === undefined || format.columns.length === 0) {
    const cure = 'say what a line holds, as in output: { columns: [pid: integer, execname: text, bytes: integer] }';
    const place = tree.place(path, 'key');
    report({ severity: 'error', code: 'no-columns', message: 'there are no records to aggregate', cure, place });
    return undefined;
  }
  refuseUnknownColumns(written, format, refuse);
  refuseUnclearSection(written, format, refuse);
  const { by = [], sum = [], min = [], max = [], avg = [] } = written;
  const count = written.count ?? [sum, min, max, avg].every(columns => columns.length === 0);
  const made = tableColumns({ by, sum, min, max, avg, count }, format.columns).map(({ name }) => name);
  const twice = made.find((name, index) => made.indexOf(name) !== index);
  if (twice !== undefined && !isWrong) {
    const cure = 'by and sum leave a column its name, so it stands in one of them; min, max and avg give it another';
    refuse('duplicate-column', `two columns of the table would be named "${twice}"`, cure, [], 'key');
  }
  const sort = written.sort === undefined ? undefined : parseOrder(written.sort);
  const areColumnsKnown = ['by', ...measures].every(key => isKnown([...path, key]));
  if (sort !== undefined && !isWrong && areColumnsKnown && !made.includes(sort.column)) {
    const cure = didYouMean(sort.column, made) ?? `it has: ${made.join(', ')}`;
    refuse('unknown-column', `the table has no column "${sort.column}"`, cure, ['sort']);
  }
  if (isWrong) return undefined;
  return {
    ...(written.section === undefined ? {} : { section: written.section }),
    by,
    sum,
    min,
    max,
    avg,
    count,
    ...(sort === undefined ? {} : { sort }),
    ...(written.top === undefined ? {} : { top: written.top }),
    maxGroups: written.max_groups ?? defaultMaxGroups,
  };
}

type Refuse = (code: DiagnosticCode, message: string, cure: string, keys: Path, part?: 'key' | 'value') => void;

function refuseUnknownColumns(written: Aggregate, { columns }: OutputFormat, refuse: Refuse): void {
  const names = columns.map(({ name }) => name);
  for (const key of ['by', ...measures] as const) {
    const known = key === 'by' ? [...names, hostColumn] : names;
    for (const [index, name] of (written[key] ?? []).entries()) {
      const column = columns.find(one => one.name === name);
      if (!known.includes(name)) {
        const cure = didYouMean(name, known) ?? `it has: ${known.join(', ')}`;
        refuse('unknown-column', `the output has no column "${name}"`, cure, [key, index]);
      } else if (key !== 'by' && column?.type === 'text') {
        const message = `column "${name}" is text, of which there is no ${key}`;
        refuse('not-a-number', message, `write ${name}: integer in output.columns if it is one`, [key, index]);
      }
    }
  }
}

function refuseUnclearSection({ section }: Aggregate, { sections }: OutputFormat, refuse: Refuse): void {
  const names = sections.map(({ name }) => name);
  if (section === undefined && names.length > 1) {
    const message = `aggregate does not say which section it is of: ${names.join(' or ')}`;
    refuse(
      'which-section',
      message,
      `write section: ${names.at(-1)}; added up together, records count twice`,
      [],
      'key',
    );
  }
  if (section !== undefined && !names.includes(section)) {
    const told = names.length === 0 ? 'write output.sections, or take it away' : `there are: ${names.join(', ')}`;
    const cure = didYouMean(section, names) ?? told;
    refuse('unknown-section', `the output has no section "${section}"`, cure, ['section']);
  }
}
