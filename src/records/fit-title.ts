/**
 * The title that a line is by a pattern of the playbook; undefined if the line does not fit it. `*` stands for any text that makes
 * no other title, `{}` for text that does: `Latency of {} (avg *)` makes `Latency of reads (avg …)` of a line. Each finds its
 * first fit and is not tried again, so that the time is linear in the line.
 */
export function fitTitle(pattern: string, line: string): string | undefined {
  const [first = '', ...pieces] = pattern.split(/(\*|\{\})/);
  if (!line.startsWith(first)) return undefined;
  let title = first;
  let at = first.length;
  for (let index = 0; index < pieces.length; index += 2) {
    const next = pieces[index + 1] ?? '';
    const isLast = index + 2 >= pieces.length;
    const end = isLast ? line.length - next.length : line.indexOf(next, at);
    if (end < at || !line.startsWith(next, end)) return undefined;
    title += `${pieces[index] === '*' ? '…' : line.slice(at, end)}${next}`;
    at = end + next.length;
  }
  return at === line.length ? title : undefined;
}
