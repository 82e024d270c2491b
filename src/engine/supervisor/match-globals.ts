import { didYouMean } from '../../model/did-you-mean.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Artifact } from '../../module/cache/module-cache.ts';
import { encodeParameter } from './encode-parameter.ts';

/**
 * Checks a script's globals against the parameters that its module really has. The kernel would silently ignore an unknown
 * name, and read `5abc` as 5. `longest` is how many bytes a string of the module holds.
 */
export function matchGlobals(
  globals: readonly { readonly name: string; readonly value: string }[],
  { parameters, module }: Pick<Artifact, 'parameters' | 'module'>,
  longest: number,
): Failure | undefined {
  // `_stp_…` are the runtime's own.
  const settable = parameters.filter(({ name }) => !name.startsWith('_stp_'));
  for (const { name, value } of globals) {
    const parameter = settable.find(other => other.name === name);
    if (parameter === undefined) {
      const names = settable.map(other => other.name);
      return {
        stage: 'load',
        cause: `module ${module} has no global ${name} that can be set`,
        cure:
          didYouMean(name, names) ??
          (names.length === 0
            ? 'only a scalar global that the script uses can be set; it has none'
            : `only scalar globals that the script uses can be set: ${names.join(', ')}`),
      };
    }
    const problem = parameter.type === 'string' ? checkString(name, value, longest) : checkLong(value);
    if (problem !== undefined) return { stage: 'load', cause: `global ${name}: ${problem}` };
  }
  return undefined;
}

function checkString(name: string, value: string, longest: number): string | undefined {
  const length = Buffer.byteLength(value);
  if (length > longest) return `the text is ${length} bytes long, a string of this module holds ${longest}`;
  if (encodeParameter(name, value) === undefined) {
    return `the kernel has no way to take the double quotes in ${JSON.stringify(value)}`;
  }
  return undefined;
}

function checkLong(value: string): string | undefined {
  // Without leading zeros: the kernel would read 010 as 8.
  if (!/^-?(?:0|[1-9]\d*|0x[0-9a-f]+)$/i.test(value))
    return `${JSON.stringify(value)} is no number, and the script wants one`;
  const negative = value.startsWith('-');
  const size = BigInt(negative ? value.slice(1) : value);
  const number = negative ? -size : size;
  if (number < -(2n ** 63n) || number >= 2n ** 63n) return `${value} does not fit into 64 bits`;
  return undefined;
}
