import type { Column, OutputFormat } from '../model/records.ts';
import type { Resolving } from './resolving.ts';
import type { Output } from './written-playbook.ts';

type Path = readonly (string | number)[];

/** How a script's output is read; undefined where `output` only says what becomes of files. */
export function resolveFormat(written: Output | undefined, path: Path, resolving: Resolving): OutputFormat | undefined {
  const { tree, report } = resolving;
  if (written === undefined || Object.keys(written).every(key => ofFiles.includes(key))) return undefined;
  const columns = (written.columns ?? []).map(toColumn);
  const placeOf = (index: number) => {
    const item = [...path, 'columns', index];
    return typeof written.columns?.[index] === 'string'
      ? tree.place(item, 'value')
      : tree.place([...item, columns[index]?.name ?? ''], 'key');
  };
  for (const [index, { name }] of columns.entries()) {
    const first = columns.findIndex(column => column.name === name);
    const isTaken = reserved.includes(name);
    if (first === index && !isTaken) continue;
    const message = isTaken ? `a column cannot be named "${name}"` : `a second column is named "${name}"`;
    const cure = isTaken
      ? 'each record has its host, script, section and sample anyway: take another name'
      : 'give each its own name';
    const related = isTaken ? {} : { related: [{ place: placeOf(first), note: 'the first is here' }] };
    report({ severity: 'error', code: 'duplicate-column', message, cure, place: placeOf(index), ...related });
  }
  const separator = written.separator ?? whitespace;
  if (/^[ \t]* [ \t]*$/.test(separator)) {
    const message = 'blanks at the ends of a field do not count, so that they cannot separate fields';
    const place = tree.place([...path, 'separator'], 'value');
    report({ severity: 'error', code: 'blank-separator', message, cure: 'write separator: whitespace', place });
  }
  return {
    ...(separator === whitespace ? {} : { separator }),
    columns,
    sections: resolveSections(written, path, resolving),
    skip: written.skip ?? [],
    ...resolveHistograms(written.histograms),
  };
}

/** What says where and how much is kept, and not how it is read. */
const ofFiles = ['file', 'max_file'];

const whitespace = 'whitespace';

/** The columns of CSV besides those of the script. */
const reserved = ['host', 'script', 'section', 'sample'];

function resolveHistograms(written: Output['histograms'] = 'add'): Pick<OutputFormat, 'histograms' | 'histogramTitle'> {
  if (typeof written === 'string') return { histograms: written };
  const { samples = 'add', title } = written;
  return { histograms: samples, ...(title === undefined ? {} : { histogramTitle: title.trim() }) };
}

function toColumn(written: NonNullable<Output['columns']>[number]): Column {
  const [name, type] = typeof written === 'string' ? [written, undefined] : (Object.entries(written)[0] ?? ['']);
  return { name, type: type ?? 'text' };
}

function resolveSections({ sections = {} }: Output, path: Path, { tree, report }: Resolving): OutputFormat['sections'] {
  const resolved = Object.entries(sections).map(([name, line]) => ({ name, begin: line.trimEnd() }));
  for (const [index, { name, begin }] of resolved.entries()) {
    const first = resolved.findIndex(section => section.begin === begin);
    const other = resolved[first];
    if (first === index || other === undefined) continue;
    const message = `the sections "${other.name}" and "${name}" begin with the same line`;
    const placeOf = (section: string) => tree.place([...path, 'sections', section], 'value');
    report({
      severity: 'error',
      code: 'duplicate-section',
      message,
      cure: 'let the script print another line before each',
      place: placeOf(name),
      related: [{ place: placeOf(other.name), note: 'the first is here' }],
    });
  }
  return resolved;
}
