import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { splitWords, type Word } from '../../process/split-words.ts';
import { readPythonLiteral } from './python-literal.ts';
import { readGroupName, readHostNames } from './read-host-names.ts';
import type { Where, WrittenEntry, WrittenInventory, WrittenVariable } from './written-inventory.ts';

/**
 * Reads Ansible's INI: hosts with `key=value` words under `[group]`, groups under `[group:children]`, one `key = value`
 * a line under `[group:vars]`. Values are Python literals where they can be, else texts. All errors are reported.
 */
export function readIni(source: SourceFile): Result<WrittenInventory, Faulty<WrittenInventory>> {
  const draft: Draft = { entries: [], errors: [] };
  let section: Section = { kind: 'hosts', group: 'ungrouped' as GroupName };
  for (const line of linesOf(source)) {
    if (/^\s*(?:[#;]|$)/.test(line.text)) continue;
    const garbled = findGarbled(line, section);
    if (garbled !== undefined) {
      draft.errors.push(wrong('not-text', 'this is no UTF-8', garbled, 'save the file as UTF-8 text'));
      continue;
    }
    const header = readHeader(line, draft);
    if (header === undefined) readEntry(line, section, draft);
    else section = header;
  }
  const written: WrittenInventory = { source, entries: draft.entries, warnings: [] };
  return draft.errors.length > 0 ? err({ diagnostics: draft.errors, rest: written }) : ok(written);
}

interface Draft {
  readonly entries: WrittenEntry[];
  readonly errors: Diagnostic[];
}

type Section =
  | { readonly kind: 'hosts'; readonly group: GroupName }
  | { readonly kind: 'children'; readonly parent: GroupName }
  | { readonly kind: 'vars'; readonly list: WrittenVariable[] }
  /** After a header that could not be read. Errors in its lines would only follow from that. */
  | { readonly kind: 'unknown' };

interface Line {
  readonly text: string;
  /** The place of the columns [start, end), counted from 0. */
  readonly at: (start: number, end: number) => Where;
}

function* linesOf({ path, text, unquoted }: SourceFile): Generator<Line> {
  let number = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const own = ++number;
    yield {
      text: line,
      at: (start, end) => () => ({
        ...{ file: path, line: own, column: start + 1, endColumn: end + 1, text: line },
        ...optional('unquoted', unquoted),
      }),
    };
  }
}

/** What is no UTF-8, and would be another name or another password. In comments, which may be older than UTF-8, it does no harm. */
function findGarbled({ text, at }: Line, section: Section): Where | undefined {
  const start = text.indexOf('\uFFFD');
  if (start === -1) return undefined;
  const words = section.kind === 'hosts' ? splitWords(text) : undefined;
  const end = words?.ok ? (words.value.at(-1)?.end ?? 0) : text.length;
  return start < end ? at(start, start + 1) : undefined;
}

const sectionKinds = ['hosts', 'children', 'vars'];

/** The section that a `[header]` opens; undefined for any other line. (An IPv6 address may begin with `[`, too.) */
function readHeader(line: Line, draft: Draft): Section | undefined {
  const { start, end } = extent(line.text);
  const text = line.text.slice(start, end);
  const where = line.at(start, end);
  const match = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(text);
  if (match === null) {
    if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
    draft.errors.push(wrong('invalid-section', `${text} is no section`, where, 'write [group] without blanks'));
    return { kind: 'unknown' };
  }
  const [, name = '', kind = 'hosts'] = match;
  const group = readGroupName(name, where);
  if (!group.ok) {
    draft.errors.push(group.error);
    return { kind: 'unknown' };
  }
  const common = { kind: 'group', name: group.value, where: line.at(start + 1, start + 1 + name.length) } as const;
  if (kind === 'hosts' || kind === 'children') {
    draft.entries.push({ ...common, role: 'declares', vars: [] });
    return kind === 'hosts' ? { kind, group: group.value } : { kind, parent: group.value };
  }
  if (kind === 'vars') {
    const list: WrittenVariable[] = [];
    draft.entries.push({ ...common, role: 'mentions', vars: list });
    return { kind, list };
  }
  const cure = didYouMean(kind, sectionKinds) ?? 'a section is [group], [group:children] or [group:vars]';
  const kindStart = start + 2 + name.length;
  draft.errors.push(
    wrong(
      'invalid-section',
      `no kind of section is called "${kind}"`,
      line.at(kindStart, kindStart + kind.length),
      cure,
    ),
  );
  return { kind: 'unknown' };
}

function readEntry(line: Line, section: Section, draft: Draft): void {
  if (section.kind === 'hosts') readHost(line, section.group, draft);
  else if (section.kind === 'children') readChild(line, section.parent, draft);
  else if (section.kind === 'vars') readGroupVariable(line, section.list, draft);
}

function readHost(line: Line, group: GroupName, draft: Draft): void {
  const words = splitWords(line.text);
  if (!words.ok) {
    const { message, start } = words.error;
    draft.errors.push(wrong('invalid-quoting', message, line.at(start, line.text.length)));
    return;
  }
  const [first, ...rest] = words.value;
  if (first === undefined) return;
  const where = line.at(first.start, first.end);
  const named = readHostNames(first.text, where);
  if (!named.ok) {
    draft.errors.push(named.error);
    return;
  }
  const vars = rest.flatMap(word => readAssignment(line, word, draft));
  const { names, ...port } = named.value;
  for (const name of names) draft.entries.push({ kind: 'host', name, group, ...port, vars, where });
}

function readAssignment(line: Line, word: Word, draft: Draft): WrittenVariable[] {
  const equals = word.text.indexOf('=');
  if (equals < 1) {
    const cure = 'write each variable as name=value, without blanks round the "="';
    const where = line.at(word.start, word.end);
    // The word is not shown: it may be the rest of a password that contains a blank.
    draft.errors.push(wrong('invalid-variable', 'this is no variable of a host', where, cure));
    return [];
  }
  // A quote may begin before the "=", so the column is only a good guess then.
  const written = line.text.indexOf('=', word.start);
  const start = written === -1 || written + 1 >= word.end ? word.start : written + 1;
  return [variable(word.text.slice(0, equals), word.text.slice(equals + 1), line.at(start, word.end))];
}

function readChild(line: Line, parent: GroupName, draft: Draft): void {
  const { start, end } = extent(line.text);
  const match = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text.slice(start, end));
  const text = match?.[1];
  const where = line.at(start, text === undefined ? end : start + text.length);
  if (text === undefined) {
    const cure = 'a line below [group:children] is the name of one group';
    draft.errors.push(wrong('invalid-group', `"${line.text.slice(start, end)}" is no group's name`, where, cure));
    return;
  }
  const name = readGroupName(text, where);
  if (name.ok) draft.entries.push({ kind: 'child', parent, name: name.value, where });
  else draft.errors.push(name.error);
}

function readGroupVariable(line: Line, list: WrittenVariable[], draft: Draft): void {
  const { start, end } = extent(line.text);
  const equals = line.text.indexOf('=', start);
  if (equals <= start) {
    const cure = 'a line below [group:vars] is name=value';
    draft.errors.push(wrong('invalid-variable', 'this is no variable of a group', line.at(start, end), cure));
    return;
  }
  const value = extent(line.text.slice(0, end), equals + 1);
  const name = line.text.slice(start, equals).trim();
  list.push(variable(name, line.text.slice(value.start, value.end), line.at(value.start, value.end)));
}

function variable(name: string, text: string, where: Where): WrittenVariable {
  const literal = readPythonLiteral(text);
  return { name, value: literal === undefined ? text : literal, where };
}

/** Start and end of the text from `from` on, without the blanks around it. */
function extent(text: string, from = 0): { readonly start: number; readonly end: number } {
  const rest = text.slice(from);
  const end = from + rest.trimEnd().length;
  return { start: Math.min(end, from + rest.length - rest.trimStart().length), end };
}

function wrong(code: DiagnosticCode, message: string, where: Where, cure?: string): Diagnostic {
  return { severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place: where() };
}
