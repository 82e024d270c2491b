import type { BinaryProbes } from '../../model/binary-probes.ts';
import type { Finding } from '../../model/finding.ts';
import type { Failure } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { Result } from '../../model/result.ts';
import {
  findMissingProbes,
  hasPlainTables,
  isListed,
  type MissingProbe,
  type WantedProbe,
} from '../../model/wanted-probe.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

/** A file of a host, what its scripts name in it, and what it has. */
export interface ReadBinary {
  readonly path: string;
  readonly wanted: readonly WantedProbe[];
  /** The error: why it could not be read. */
  readonly probes: Result<BinaryProbes, Failure>;
}

const check = 'markers';

/**
 * Whether a host's files have the marks and functions that its scripts name. A mark that is not there fails: no build finds it either. A
 * function is a warning, as debuginfo may know it. One finding for each kind of what a file lacks; none where nothing is named.
 */
export function checkMarkers(read: readonly ReadBinary[]): readonly Finding[] {
  const named = read.flatMap(one => {
    const wanted = onceEach(one.wanted.filter(({ presence }) => presence === 'certain'));
    return wanted.length === 0 ? [] : [{ ...one, wanted }];
  });
  const flaws = named.flatMap(findFlaws);
  if (flaws.length > 0 || named.length === 0) return flaws;
  return [passes(check, named.map(sayListed).join('; '))];
}

function onceEach(wanted: readonly WantedProbe[]): readonly WantedProbe[] {
  return [...new Map(wanted.map(one => [JSON.stringify([one.kind, one.provider, one.name]), one])).values()];
}

function findFlaws({ path, wanted, probes }: ReadBinary): readonly Finding[] {
  const file = printableLine(path, 200);
  if (!probes.ok) return [staysUnknown(check, probes.error.cause, { cure: probes.error.cure })];
  const missing = findMissingProbes(wanted, probes.value);
  const marks = missing.filter(one => one.wanted.kind === 'mark');
  const functions = missing.filter(one => one.wanted.kind === 'function');
  const hidden = hasPlainTables(probes.value)
    ? wanted.filter(one => !isListed(one, probes.value) && !missing.some(other => other.wanted === one))
    : [];
  const list = `tapbook probes ${file} lists what there is`;
  return [
    ...(marks.length === 0
      ? []
      : [fails(check, `${file} has no ${sayMissing(marks)}`, { cure: sayNearest(marks) ?? list })]),
    ...(functions.length === 0
      ? []
      : [
          warns(check, `${file} has no ${sayMissing(functions)}, unless its debuginfo knows it`, {
            cure: sayNearest(functions) ?? list,
          }),
        ]),
    ...(hidden.length === 0
      ? []
      : [
          warns(
            check,
            `${file} has no ${sayMissing(hidden.map(one => ({ wanted: one })))} in its table of symbols: only its debuginfo may know it`,
            {
              cure: `install its debuginfo where it is built (Debian: a -dbgsym package; RHEL: debuginfo-install), or set stap_options.debuginfod; ${list}`,
            },
          ),
        ]),
  ];
}

/** So many names are told in full. */
const mostNames = 5;

function sayMissing(missing: readonly MissingProbe[]): string {
  const names = missing.slice(0, mostNames).map(({ wanted: { kind, name, provider } }) => {
    const of = provider === undefined ? '' : ` of provider ${quote(provider)}`;
    return `${kind} ${quote(name)}${of}`;
  });
  const rest = missing.length - names.length;
  return [...names, ...(rest === 0 ? [] : [`${rest} more`])].join(', ');
}

function sayNearest(missing: readonly MissingProbe[]): string | undefined {
  const near = missing
    .slice(0, mostNames)
    .flatMap(({ wanted: { name }, nearest }) => (nearest === undefined ? [] : [{ name, nearest }]));
  const [first] = near;
  if (first === undefined) return undefined;
  if (missing.length === 1) return `did you mean ${quote(first.nearest)}?`;
  return near.map(({ name, nearest }) => `${quote(name)}: did you mean ${quote(nearest)}?`).join(' ');
}

function quote(name: string): string {
  return `"${printableLine(name, 100)}"`;
}

function sayListed({ path, wanted, probes }: ReadBinary): string {
  const listed = probes.ok ? wanted.filter(one => isListed(one, probes.value)) : [];
  const count = (kind: WantedProbe['kind']): readonly string[] => {
    const { length } = listed.filter(one => one.kind === kind);
    return length === 0 ? [] : [`${length} ${kind}${length === 1 ? '' : 's'}`];
  };
  const found = [...count('mark'), ...count('function')];
  const rest = wanted.length - listed.length;
  const parts = [
    ...(found.length === 0 ? [] : [`it has the ${found.join(' and ')} that scripts name`]),
    ...(rest === 0 ? [] : [`only debuginfo tells whether it has ${rest === 1 ? 'a function' : `${rest} functions`}`]),
  ];
  return `${printableLine(path, 200)}: ${parts.join('; ')}`;
}
