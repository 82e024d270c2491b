import { didYouMean } from '../model/did-you-mean.ts';
import { wholeNumberMeant } from '../model/whole-number-meant.ts';
import type { ScriptGlobal } from './describe-globals.ts';
import type { ScriptDescription } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import type { GivenGlobal, ScriptUse } from './script-use.ts';

/** Compares the globals that a playbook sets with those of the script. */
export function lintGlobals(script: ScriptDescription, use: ScriptUse): readonly LintFinding[] {
  const known = new Map(script.globals.map(global => [global.name, global]));
  const settable = script.globals.filter(isSettable).map(({ name }) => name);
  return [
    ...Object.entries(use.globals).flatMap(([name, given]) => {
      const global = known.get(name);
      if (global !== undefined) return lintGlobal(global, given, script, use);
      return script.certain && !isOfLibrary(name) ? [unknownGlobal(name, given, settable, script, use)] : [];
    }),
    ...script.globalsSetInBegin
      .filter(({ name }) => Object.hasOwn(use.globals, name))
      .map(({ name, place }) => ({
        severity: 'warning' as const,
        code: 'global-set-in-begin' as const,
        message: `probe begin assigns ${name} and overwrites what the playbook sets`,
        cure: `initialise it where it is declared: global ${name} = …`,
        place,
      })),
  ];
}

export function isSettable({ shape, visibility, isUsed }: ScriptGlobal): boolean {
  return shape === 'scalar' && visibility === 'public' && isUsed;
}

/** A module that uses globals of SystemTap's library has them as parameters, too. */
function isOfLibrary(name: string): boolean {
  return /^(?:argc|argv_\d+|syscall_string_trunc|tls_debug|__\w+)$/.test(name);
}

function unknownGlobal(
  name: string,
  { text, namePlace: place }: GivenGlobal,
  settable: readonly string[],
  script: ScriptDescription,
  use: ScriptUse,
): LintFinding {
  const hint = didYouMean(name, settable);
  // The value of $1 was given as a global.
  const missing = script.arguments.find(({ number }) => use.args !== undefined && number > use.args.length);
  const list = [...(use.args ?? []).map(arg => arg.text ?? '…'), text ?? '…'].join(', ');
  const has = settable.length === 0 ? 'it has none that can be set' : `it has: ${settable.slice(0, 10).join(', ')}`;
  const cure =
    hint ?? (missing === undefined ? has : `it takes the argument $${missing.number}: write args: [${list}]`);
  return { severity: 'error', code: 'unknown-global', message: `the script has no global "${name}"`, cure, place };
}

type GlobalCode = 'global-not-scalar' | 'global-private' | 'unused-global' | 'not-a-number' | 'too-long';

function lintGlobal(
  global: ScriptGlobal,
  { text, place, namePlace }: GivenGlobal,
  { certain }: ScriptDescription,
  { longestString }: ScriptUse,
): readonly LintFinding[] {
  const { name, shape, visibility, initial } = global;
  const related = [{ place: global.place, note: `${name} is declared here` }];
  const fail = (code: GlobalCode, message: string, cure: string, at = namePlace): readonly LintFinding[] => [
    { severity: 'error', code, message, cure, place: at, related },
  ];
  if (shape !== 'scalar') {
    const kind = shape === 'array' ? 'an array' : 'an aggregate';
    return fail('global-not-scalar', `global ${name} is ${kind}`, 'only scalars can be set from outside');
  }
  if (visibility === 'private' && certain) {
    return fail('global-private', `global ${name} is private`, 'only a global that is not can be set from outside');
  }
  if (!global.isUsed && certain) {
    const cure = 'use it there, or take it away here';
    return fail('unused-global', `the script never uses global ${name}, so stap leaves it out`, cure);
  }
  if (text === undefined) return [];
  if (initial === 'number') {
    const problem = numberProblem(text);
    const meant = wholeNumberMeant(text);
    const cure =
      meant === undefined || meant === text || /^-?0\d/.test(text)
        ? 'give a whole number of 64 bits'
        : `write ${meant}`;
    return problem === undefined ? [] : fail('not-a-number', `global ${name} is a number, ${problem}`, cure, place);
  }
  const length = Buffer.byteLength(text);
  if (length <= longestString) return [];
  const cure = `shorten it, or set stap_options: { defines: { MAXSTRINGLEN: ${roundUp(length + 1)} } }`;
  return fail('too-long', `global ${name} is ${length} bytes long, a string here holds ${longestString}`, cure, place);
}

function roundUp(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** A number for the load has no leading zeros: the kernel would read 010 as 8. */
function numberProblem(text: string): string | undefined {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  if (!/^-?(?:0|[1-9]\d*|0x[0-9a-f]+)$/i.test(text)) {
    return /^-?0\d+$/.test(text) ? `and ${shown} would be read as octal` : `and ${shown} is none`;
  }
  if (text.length > 100) return `and ${shown} does not fit into 64 bits`;
  const size = BigInt(text.replace('-', ''));
  const fits = text.startsWith('-') ? size <= 2n ** 63n : size < 2n ** 63n;
  return fits ? undefined : `and ${shown} does not fit into 64 bits`;
}
