/**
 * Splits a stream of bytes into lines, without their `\n` or `\r\n`; the last one needs no newline. Invalid UTF-8 becomes
 * U+FFFD. A line longer than `maxLineBytes` comes in pieces of that size, so that memory stays bounded; the size is counted
 * in UTF-16 code units, which for ASCII are bytes.
 */
export async function* splitLines(
  stream: AsyncIterable<Uint8Array>,
  { maxLineBytes }: { readonly maxLineBytes: number },
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const chunk of stream) {
    let searchFrom = rest.length;
    rest += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = rest.indexOf('\n', searchFrom); end !== -1; end = rest.indexOf('\n', searchFrom)) {
      const line = withoutReturn(rest.slice(start, end));
      if (line.length <= maxLineBytes) yield line;
      else yield* pieces(line, maxLineBytes);
      start = end + 1;
      searchFrom = start;
    }
    rest = rest.slice(start);
    // Keeps one unit more, since a `\r` at the end may belong to the newline.
    while (rest.length > maxLineBytes + 1) {
      const cut = whereToCut(rest, maxLineBytes);
      yield rest.slice(0, cut);
      rest = rest.slice(cut);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield* pieces(rest, maxLineBytes);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function* pieces(line: string, size: number): Generator<string, void, undefined> {
  let rest = line;
  while (rest.length > size) {
    const cut = whereToCut(rest, size);
    yield rest.slice(0, cut);
    rest = rest.slice(cut);
  }
  yield rest;
}

/** Never splits a surrogate pair. */
function whereToCut(text: string, size: number): number {
  const last = text.charCodeAt(size - 1);
  return size > 1 && last >= 0xd800 && last < 0xdc00 ? size - 1 : size;
}
