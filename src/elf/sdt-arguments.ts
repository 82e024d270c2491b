import type { MarkerArgument, MarkerArgumentType } from '../model/binary-probes.ts';
import { printableLine } from '../model/printable-text.ts';

/**
 * Takes the argument string of a mark apart: `-4@%ebx 8@$1`, `-4@[sp, 12]`. A size is in bytes, negative for a signed value,
 * with an `f` for floating point. An operand may have spaces: the next argument begins where a size and an `@` follow.
 */
export function readSdtArguments(text: string): readonly MarkerArgument[] {
  const starts = [...text.matchAll(/(?:^|\s)(-?\d{1,2}f?)@/g)];
  const first = starts[0]?.index ?? text.length;
  const unsized = text
    .slice(0, first)
    .split(/\s+/)
    .filter(operand => operand !== '')
    .map(operand => ({ type: 'unknown' as const, operand: printableLine(operand, longestOperand) }));
  const sized = starts.map((start, index) => {
    const operand = text.slice(start.index + start[0].length, starts[index + 1]?.index ?? text.length);
    return {
      type: typesOfSizes[start[1] ?? ''] ?? ('unknown' as const),
      operand: printableLine(operand, longestOperand),
    };
  });
  return [...unsized, ...sized].slice(0, mostArguments);
}

const typesOfSizes: Readonly<Record<string, MarkerArgumentType>> = {
  '-1': 'char',
  '1': 'unsigned char',
  '-2': 'short',
  '2': 'unsigned short',
  '-4': 'int',
  '4': 'unsigned int',
  '-8': 'long',
  '8': 'unsigned long',
  '4f': 'float',
  '-4f': 'float',
  '8f': 'double',
  '-8f': 'double',
};

const longestOperand = 200;
/** `sys/sdt.h` has macros for up to twelve. */
const mostArguments = 32;
