import { didYouMean } from '../../model/did-you-mean.ts';
import { pastedArgument } from './pasted-argument.ts';
import type { StapMessage } from './read-stap-messages.ts';
import type { StapExplanation } from './stap-explanation.ts';

/**
 * What is behind an error of stap's about a script, without its place; undefined where its own words have to do. Points that
 * do not resolve are explained by `explainPoint`.
 */
export function explainMessage(message: StapMessage, release: string): StapExplanation | undefined {
  if (message.kind === 'warning') return undefined;
  for (const explain of explanations) {
    const explanation = explain(message, release);
    if (explanation !== undefined) return explanation;
  }
  return undefined;
}

type Explain = (message: StapMessage, release: string) => StapExplanation | undefined;

const explainDebuginfo: Explain = ({ text }, release) =>
  /missing \S+ kernel\/module debuginfo/.test(text)
    ? {
        cause: `the script needs the kernel's debuginfo, and the build host has none for ${release}`,
        cure: `install linux-image-${release}-dbg (Debian) or kernel-debuginfo-${release} (RHEL) on the build host, or use probes that need none`,
      }
    : undefined;

const explainCount: Explain = ({ text }) => {
  const given = /^command line argument out of range \[1-(\d+)\]/.exec(text)?.[1];
  return given === undefined
    ? undefined
    : {
        cause: `the script uses more arguments than the ${given} in args`,
        cure: 'give each of $1, @2, … its value in args',
      };
};

const explainLiteral: Explain = message => {
  const { text, saw = '' } = message;
  if (text !== 'expected literal string or number' && text !== 'number invalid or out of range') return undefined;
  const argument = pastedArgument(message);
  if (argument !== undefined) {
    return {
      cause: `$${argument} stands where only a literal may, and its value in args is none`,
      cure: `give a number, or write @${argument} in the script if a text is meant`,
    };
  }
  const name = /^identifier '(.*)'$/.exec(saw)?.[1];
  return name === undefined
    ? undefined
    : {
        cause: `global ${name} stands in a probe point, where only a literal may`,
        cure: 'write $1 there and give the value in args',
      };
};

const explainGuru: Explain = message => {
  const [, what] = /^(.*); need stap -g$/.exec(message.text) ?? [];
  if (what === undefined) return undefined;
  const cure = 'set stap_options: { guru: true } if you trust the script';
  if (/^embedded (?:expression )?code in/.test(what)) {
    return { cause: 'the script has embedded C (%{ … %}), which stap takes in guru mode only', cure };
  }
  const word = wordOf(message.saw);
  return { cause: word === '' ? what : `${what}: ${word}`, cure };
};

/** A name that nothing in the script sets has no type. */
const explainPastedName: Explain = message => {
  const name = /^unresolved type/.test(message.text) ? /^identifier '(.*)'$/.exec(message.saw ?? '')?.[1] : undefined;
  const argument = name === undefined ? undefined : pastedArgument(message);
  return argument === undefined
    ? undefined
    : {
        cause: `$${argument} puts ${name} into the script as a name, and nothing there has that name`,
        cure: `write @${argument} in the script if a text is meant`,
      };
};

const explainVariable: Explain = message => {
  if (!/^unresolved target-symbol expression/.test(message.text)) return undefined;
  const variable = wordOf(message.saw);
  const isSyscall = /\b(?:nd_)?syscall\./.test(message.source ?? '');
  return {
    cause: `there is no ${variable} at this probe point`,
    cure: isSyscall
      ? `since kernel 4.17 syscall probes have none of the parameters: write the tapset's name for it, without the $`
      : 'stap -L with the probe point lists its variables on the build host',
  };
};

const explainFunction: Explain = message => {
  const name = /^unresolved function (\S+)/.exec(message.text)?.[1];
  const cure = name === undefined ? undefined : closestOf(message.text, name);
  return name === undefined
    ? undefined
    : {
        cause: `neither the script nor this SystemTap's library has a function ${name}`,
        ...(cure === undefined ? {} : { cure }),
      };
};

const explainNoProbes: Explain = ({ text }) =>
  text === 'no probes found'
    ? { cause: 'the script has no probe', cure: 'a script of functions does nothing' }
    : undefined;

/** stap makes of a point without symbols a tracepoint, which has no `.return`. */
const explainEntry: Explain = message =>
  /@entry is only valid in \.return probes/.test(message.text)
    ? {
        cause: `@entry is only valid in .return probes`,
        ...(/\btp_syscall\./.test(message.during ?? '')
          ? {
              cure: "the build host has no symbols of this kernel, so the probe became a tracepoint: install the kernel's debuginfo there, or do without @entry",
            }
          : {}),
      }
    : undefined;

const explanations: readonly Explain[] = [
  explainDebuginfo,
  explainCount,
  explainLiteral,
  explainGuru,
  explainEntry,
  explainPastedName,
  explainVariable,
  explainFunction,
  explainNoProbes,
];

/** The closest of stap's own suggestions, if it is close enough: stap always suggests five names. */
export function closestOf(text: string, written: string): string | undefined {
  return didYouMean(written, /\(similar(?: \w+)?: ([^)]+)\)/.exec(text)?.[1]?.split(', ') ?? []);
}

/** `foo` of `identifier 'foo'`. */
function wordOf(saw: string | undefined): string {
  return /'(.*)'$/.exec(saw ?? '')?.[1] ?? '';
}
