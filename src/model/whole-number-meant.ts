/**
 * The whole number that a text means which SystemTap does not read as one: 2 for `2.0`, 1000 for `1e3`, `1_000` and `1,000`, 8 for
 * `08`, 5 for `+5`. Undefined if it is none, such as `0.5`.
 */
export function wholeNumberMeant(text: string): string | undefined {
  const plain = /^[-+]?\d{1,3}(?:,\d{3})+$|^[-+]?\d+(?:_\d+)+$/.test(text) ? text.replace(/[,_]/g, '') : text;
  if (plain.length > 30 || !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,2})?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
