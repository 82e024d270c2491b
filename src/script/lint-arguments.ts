import type { ScriptDescription, WordInProbePoint } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import { isSettable } from './lint-globals.ts';
import type { ScriptUse } from './script-use.ts';

/** Compares the arguments in a playbook with those that the script takes, and finds words that only an argument can replace. */
export function lintArguments(script: ScriptDescription, use: ScriptUse): readonly LintFinding[] {
  return [
    ...(script.certain ? [...lintWords(script, use), ...lintMissing(script, use)] : []),
    ...lintInitials(script, use),
    ...(script.takesAnyArguments ? [] : lintUnused(script, use)),
    ...lintTexts(script, use),
  ];
}

function lintWords({ wordsInProbePoints }: ScriptDescription, use: ScriptUse): readonly LintFinding[] {
  return wordsInProbePoints.slice(0, mostWords).flatMap(word => lintWord(word, use));
}

const mostWords = 5;

function lintWord(word: WordInProbePoint, { args = [], globals }: ScriptUse): LintFinding[] {
  const { text, place, kind, argument } = word;
  if (argument !== undefined) {
    const given = args[argument - 1];
    if (given === undefined) return [];
    const written = place.text.slice(place.column - 1, place.endColumn - 1);
    const [message, cure] =
      kind === 'string'
        ? [`a timer wants a number, and ${written} is a text`, `write $${argument} in the script`]
        : [
            `a probe point wants a literal, and ${written} ${given.text === undefined || given.text === text ? `makes the name ${text} of this` : `pastes ${given.text} there`}`,
            `give a number, or write @${argument} in the script if a text is meant`,
          ];
    const related = [{ place, note: `${written} stands here` }];
    return [{ severity: 'error', code: 'wrong-arg', message, cure, place: given.place, related }];
  }
  if (kind === 'string') {
    const cure = 'write the number without quotes';
    return [
      { severity: 'error', code: 'not-a-literal', message: 'a timer wants a number, this is a text', cure, place },
    ];
  }
  const next = args.length + 1;
  const given = Object.hasOwn(globals, text) ? globals[text] : undefined;
  const list = [...args.map(arg => arg.text ?? '…'), given?.text ?? '…'].join(', ');
  if (kind === 'global') {
    const instead = given === undefined ? '' : ' in place of globals';
    const message = `global ${text} stands in a probe point, where only a literal may`;
    const cure =
      given?.text === undefined
        ? `write $${next} there and give the value in args${instead}`
        : `write $${next} there and args: [${list}] in the playbook${instead}`;
    return [{ severity: 'error', code: 'global-in-probe-point', message, cure, place }];
  }
  const message = `${text} stands in a probe point, where only a literal may`;
  const cure = 'write a number or a text in quotes, or $1 and give it in args';
  return [{ severity: 'error', code: 'not-a-literal', message, cure, place }];
}

function lintInitials({ badInitials }: ScriptDescription, { args = [] }: ScriptUse): readonly LintFinding[] {
  return badInitials.slice(0, 1).flatMap(({ text, place, argument }): readonly LintFinding[] => {
    const rule = 'a global begins as a number or a text in quotes';
    if (argument === undefined) {
      const cure = 'write one, or assign the value in probe begin';
      return [{ severity: 'error', code: 'not-a-literal', message: `${rule}, and ${text} is none`, cure, place }];
    }
    const given = args[argument - 1];
    if (given?.text === undefined) return [];
    const message = `${rule}, and $${argument} pastes ${given.text} there`;
    const cure = `give a number, or write @${argument} in the script if a text is meant`;
    const related = [{ place, note: `$${argument} stands here` }];
    return [{ severity: 'error', code: 'wrong-arg', message, cure, place: given.place, related }];
  });
}

function lintMissing(script: ScriptDescription, { args }: ScriptUse): readonly LintFinding[] {
  if (args === undefined) return [];
  const missing = script.arguments.find(({ number, isNeeded }) => isNeeded && (number > args.length || number === 0));
  if (missing === undefined) return [];
  const { number, place } = missing;
  const has = args.length === 0 ? 'args is not given' : `args has ${args.length}`;
  const [message, cure] =
    number === 0
      ? ['there is no argument 0', 'they count from 1']
      : [`the script uses argument ${number}, ${has}`, 'add it to args'];
  return [{ severity: 'error', code: 'missing-arg', message, cure, place }];
}

function lintUnused(script: ScriptDescription, { args = [], globals }: ScriptUse): readonly LintFinding[] {
  const used = new Set(script.arguments.map(({ number }) => number));
  const free = script.globals.filter(global => isSettable(global) && !Object.hasOwn(globals, global.name));
  return args.flatMap(({ text, place }, index) => {
    const number = index + 1;
    if (used.has(number)) return [];
    // The value of a global was given as an argument.
    const [global] = used.size === 0 ? free.filter(({ initial }) => initial !== undefined) : [];
    const cure = script.quotedArguments.has(number)
      ? `write @${number} without quotes: within them it is no argument`
      : global === undefined || args.length > 1
        ? `use it as $${number} or @${number}`
        : `the script has a global instead: write globals: { ${global.name}: ${text ?? '…'} }`;
    const message = `the script never uses argument ${number}`;
    return [{ severity: 'warning' as const, code: 'unused-arg', message, cure, place }];
  });
}

function lintTexts(script: ScriptDescription, { args = [], longestString }: ScriptUse): readonly LintFinding[] {
  const pasted = script.pastedNames.flatMap(({ argument, name, place }): LintFinding[] => {
    const given = args[argument - 1];
    if (given === undefined) return [];
    const message =
      given.text === undefined || given.text.startsWith(name) || name.startsWith(given.text)
        ? `$${argument} puts ${name} into the script as a name, and nothing there has that name`
        : `$${argument} pastes ${given.text} as code, and nothing in the script has the name ${name}`;
    const cure = `write @${argument} in the script if a text is meant`;
    const related = [{ place, note: `$${argument} stands here` }];
    return [{ severity: 'warning', code: 'wrong-arg', message, cure, place: given.place, related }];
  });
  const long = args.flatMap(({ text, place }, index): LintFinding[] => {
    const length = Buffer.byteLength(text ?? '');
    if (length <= longestString || !script.textArguments.has(index + 1)) return [];
    const message = `@${index + 1} is ${length} bytes long, SystemTap cuts it off after ${longestString}`;
    return [{ severity: 'warning', code: 'long-arg', message, cure: 'shorten it', place }];
  });
  return [...pasted, ...long];
}
