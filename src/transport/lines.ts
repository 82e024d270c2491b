/**
 * Cuts a stream of bytes into lines, without their `\n` or `\r\n`; the last one needs no newline. UTF-8, with U+FFFD for
 * what is none. A line longer than `maxLineBytes` comes in pieces of about that size, so that memory stays bounded.
 */
export async function* splitLines(
  stream: AsyncIterable<Uint8Array>,
  { maxLineBytes }: { readonly maxLineBytes: number },
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      yield rest.slice(start, end > start && rest.charCodeAt(end - 1) === 13 ? end - 1 : end);
      start = end + 1;
    }
    rest = rest.slice(start);
    while (rest.length > maxLineBytes) {
      // A pair of surrogates is not to be torn apart.
      const high = rest.charCodeAt(maxLineBytes - 1);
      const cut = high >= 0xd800 && high < 0xdc00 ? maxLineBytes - 1 : maxLineBytes;
      yield rest.slice(0, cut);
      rest = rest.slice(cut);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
