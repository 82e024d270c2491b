import { type Output, TypeGuards } from 'liquidjs';
import { markWritten } from '../model/python-scalars.ts';
import { LiquidScalar } from './liquid-scalar.ts';

/** Puts digits in the place of each number with an exponent, which the library cannot read. All places stay as they are. */
export function hideExponents(text: string): string {
  return text.replace(outputs, output =>
    output.replace(quotedOrExponent, (piece, number?: string) =>
      number === undefined ? piece : '0'.repeat(number.length),
    ),
  );
}

/** Gives each number in an output that JavaScript writes otherwise (`2.0`, `1e3`, `010`) the text that it is written with. */
export function keepLiterals(output: Output, text: string): void {
  const { initial, filters } = output.value;
  const given = filters.flatMap(({ args }) => args.map(arg => (Array.isArray(arg) ? arg[1] : arg)));
  for (const token of [...initial.postfix, ...given]) {
    if (!TypeGuards.isNumberToken(token)) continue;
    const written = text.slice(token.begin, token.end);
    const number = Number(written);
    const isKept = String(number) === written && (Number.isSafeInteger(number) || !Number.isInteger(number));
    Object.assign(token, { content: isKept ? number : new LiquidScalar(markWritten(written), written) });
  }
}

const quoted = `"[^"]*"|'[^']*'`;
const outputs = new RegExp(`\\{\\{(?:${quoted}|[^}"'])*\\}\\}`, 'g');
const quotedOrExponent = new RegExp(`${quoted}|(?<![\\w.-])(-?\\d+(?:\\.\\d+)?[eE][-+]?\\d+)`, 'g');
