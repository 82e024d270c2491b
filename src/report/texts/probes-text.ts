import type { BinaryDebugInfo, Marker } from '../../model/binary-probes.ts';
import { foldHosts } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { FailedHosts, FileOnHosts, ListedProbes, ProbesDocument } from '../../model/probes-document.ts';
import { formatLines } from '../layout/format-lines.ts';
import { wrapText } from '../layout/wrap-text.ts';

/** Each file with its hosts, its marks by provider, and the functions that were asked for; then the hosts that failed. */
export function formatProbes({ files, failures }: ProbesDocument, { columns }: { readonly columns: number }): string {
  const blocks = [
    ...files.map(file => fileLines(file, columns)),
    ...failures.map(({ hosts, result }) => [foldHosts(hosts), ...failureLines(result, columns)]),
  ];
  return blocks.map(lines => formatLines(lines)).join('\n');
}

function fileLines({ path, hosts, result }: FileOnHosts, columns: number): readonly string[] {
  const head = [path, ...row('hosts', foldHosts(hosts), columns)];
  return result.kind === 'ok'
    ? [...head, ...probesLines(result.probes, columns)]
    : [...head, ...failureLines(result, columns)];
}

function failureLines({ kind, failure: { cause, cure } }: FailedHosts['result'], columns: number): readonly string[] {
  return [`${kind}: ${cause}`, ...(cure === undefined ? [] : [cure])].flatMap(text => indented(text, 4, columns));
}

function probesLines(probes: ListedProbes, columns: number): readonly string[] {
  const { buildId, bytes, markers, debugInfo, functionCount, functions } = probes;
  const listed =
    functions === undefined
      ? `${functionCount}${functionCount === 0 ? '' : "; list those that fit with --functions 'GLOB'"}`
      : `${functions.length} of ${functionCount}`;
  return [
    ...row('build-id', buildId ?? 'none', columns),
    ...row('size', formatBytes(bytes), columns),
    ...row('debuginfo', describeDebugInfo(debugInfo), columns),
    ...row('marks', markers.length === 0 ? 'none' : String(markers.length), columns),
    ...markerLines(markers, columns),
    ...row('functions', listed, columns),
    ...(functions ?? []).flatMap(name => indented(name, 8, columns)),
  ];
}

function describeDebugInfo({ dwarf, link, miniDebugInfo }: BinaryDebugInfo): string {
  if (dwarf === 'own') return 'in the file';
  const separate = link === undefined ? 'none' : 'split off, not in the file';
  return miniDebugInfo ? `${separate}; names of more functions in .gnu_debugdata` : separate;
}

/** `NAME $arg1:TYPE …`, below the line of its provider. */
function markerLines(markers: readonly Marker[], columns: number): readonly string[] {
  return markers.flatMap((marker, index) => {
    const isFirst = markers[index - 1]?.provider !== marker.provider;
    const given = marker.arguments.map(({ type }, at) => `$arg${at + 1}:${type}`);
    const line = indented([marker.name, ...given].join(' '), 12, columns);
    return isFirst ? [...indented(marker.provider, 8, columns), ...line] : line;
  });
}

function row(key: string, value: string, columns: number): readonly string[] {
  return indented(`${key.padEnd(9)} ${value}`, 4, columns);
}

function indented(text: string, indent: number, columns: number): readonly string[] {
  return wrapText(text, columns - indent).map(line => ' '.repeat(indent) + line);
}
