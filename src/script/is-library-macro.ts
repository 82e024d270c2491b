import type { StpToken } from './tokenize-stp.ts';

/** Whether a token is a macro that the script does not define: one of SystemTap's library. */
export function isLibraryMacro({ kind, text }: StpToken): boolean {
  return kind === 'at-word' && !operators.has(text);
}

/** The `@` words that are SystemTap's own. */
const operators: ReadonlySet<string> = new Set(
  (
    '@cast @defined @probewrite @entry @perf @var @avg @count @sum @min @max @variance @hist_linear @hist_log @const ' +
    '@kregister @uregister @kderef @uderef'
  ).split(' '),
);
