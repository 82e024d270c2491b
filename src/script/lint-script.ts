import { inFileOrder } from '../model/in-file-order.ts';
import type { Place, SourceFile } from '../model/source.ts';
import { describeScript, type ScriptDescription } from './describe-script.ts';
import { kernelModuleNames } from './kernel-module-names.ts';
import { lintArguments } from './lint-arguments.ts';
import { lintEnd } from './lint-end.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintGlobals } from './lint-globals.ts';
import { lintGuru } from './lint-guru.ts';
import { lintHeader } from './lint-header.ts';
import { lintNumbers } from './lint-numbers.ts';
import { lintPoints } from './lint-points.ts';
import { lintPrograms } from './lint-programs.ts';
import { lintTarget } from './lint-target.ts';
import { lintVariables } from './lint-variables.ts';
import { reachesKernel } from './reaches-kernel.ts';
import type { ScriptUse } from './script-use.ts';

/**
 * Finds what is wrong with a script, and what does not fit its use in a playbook. An error is certain to be refused by
 * SystemTap or at the load of the module; everything else is a warning. A script that cannot be read for certain has the
 * benefit of the doubt.
 */
export function lintScript(source: SourceFile, use: ScriptUse): readonly LintFinding[] {
  const guru = use.guru === 'yes' || use.guru === 'no' ? use.guru === 'yes' : undefined;
  const script = describeScript(
    source,
    use.args?.map(({ text }) => text),
    guru,
  );
  const findings = [
    ...lintName(use),
    ...lintWhole(script),
    ...lintCharacters(script),
    ...lintLacking(script, use),
    ...lintHeader(script, use),
    ...lintGlobals(script, use),
    ...lintArguments(script, use),
    ...lintNumbers(script, use),
    ...lintPoints(script, use),
    ...lintPrograms(source, use),
    ...lintNames(script, use),
    ...lintEnd(script, use),
    ...lintTarget(script, use),
    ...lintGuru(script, use),
    ...lintVariables(script),
    ...lintCount(script, use),
    ...lintHabits(script),
  ];
  return inFileOrder(findings, [use.place.file, source.path]);
}

function lintName({ name, place }: ScriptUse): readonly LintFinding[] {
  if (!kernelModuleNames.has(name.toLowerCase())) return [];
  return [
    {
      severity: 'warning',
      code: 'kernel-module-name',
      message: `the kernel has a module ${name} itself, and staprun takes that for this one`,
      cure: `take another name, such as ${name}_trace`,
      place,
    },
  ];
}

function lintWhole({ unclosed, unopened }: ScriptDescription): readonly LintFinding[] {
  if (unopened !== undefined) {
    const { mark, place } = unopened;
    return [{ severity: 'error', code: 'unopened', message: `${mark} closes nothing`, cure: 'take it away', place }];
  }
  if (unclosed === undefined) return [];
  const { mark, place } = unclosed;
  const cure = `close it with ${closing[mark]}`;
  return [{ severity: 'error', code: 'unclosed', message: `${mark} is never closed`, cure, place }];
}

/** stap knows ASCII only, except in strings, comments and embedded C. */
function lintCharacters({ strayCharacters, certain }: ScriptDescription): readonly LintFinding[] {
  return (certain ? strayCharacters : strayCharacters.slice(0, 1)).slice(0, mostPlaces).map(({ character, place }) => {
    const isMark = character === '\uFEFF';
    const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    const message = isMark
      ? 'a byte order mark stands here, which stap does not take'
      : `the character ${code} is no part of the language`;
    const cure = isMark ? 'save the file as UTF-8 without it' : 'write the ASCII character that is meant';
    return { severity: 'error', code: 'stray-character', message, cure, place };
  });
}

function lintNames({ unknownNames, certain }: ScriptDescription, { stapOptions }: ScriptUse): readonly LintFinding[] {
  // A tapset of the playbook's own may have them.
  if (!certain || stapOptions === undefined || stapOptions.has('tapsets')) return [];
  return unknownNames.slice(0, mostPlaces).map(({ kind, nearest, place }) => {
    const name = place.text.slice(place.column - 1, place.endColumn - 1);
    const what = kind === 'probe' ? 'probe points that begin with' : 'function';
    const message = `SystemTap's library has no ${what} ${name}`;
    return { severity: 'warning', code: 'unknown-name', message, cure: `did you mean "${nearest}"?`, place };
  });
}

function lintLacking({ lacks }: ScriptDescription, { place }: ScriptUse): readonly LintFinding[] {
  if (lacks === undefined) return [];
  const message = lacks === 'anything' ? 'the script is empty' : 'the script has no probe, so it does nothing';
  return [{ severity: 'error', code: 'no-probe', message, cure: 'write one: probe begin { … }', place }];
}

const closing: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '"': '" on the same line',
  '%{': '%}',
};

function lintCount({ countVariables }: ScriptDescription, { kernels }: ScriptUse): readonly LintFinding[] {
  if (kernels === undefined || (kernels.length > 0 && !kernels.some(glob => reachesKernel(glob, 4, 17)))) return [];
  const named = countVariables.map(place => ({ place, name: place.text.slice(place.column - 1, place.endColumn - 1) }));
  return [...new Set(named.map(({ name }) => name))].flatMap(name =>
    eachPlace(
      named.filter(one => one.name === name).map(({ place }) => place),
      {
        severity: 'warning',
        code: 'count-variable',
        message: `${name} of a syscall probe is gone since kernel 4.17`,
        cure: sameNames.has(name)
          ? `write ${name.slice(1)}`
          : "write the tapset's name for it, which stap -L syscall.NAME shows",
      },
    ),
  );
}

/** Parameters that the tapset gives the same name. */
const sameNames: ReadonlySet<string> = new Set(['$count', '$fd', '$filename', '$flags', '$mode', '$pid']);

function lintHabits({ shellCommands, openLines }: ScriptDescription): readonly LintFinding[] {
  return [
    ...eachPlace(shellCommands, {
      severity: 'warning',
      code: 'shell-command',
      message: 'system() runs a shell command on every target, as whom staprun runs',
      cure: 'be sure that it may run on all of them',
    }),
    ...eachPlace(openLines, {
      severity: 'warning',
      code: 'open-line',
      message: "the probe's last output does not end its line",
      cure: 'end it with \\n, or use println()',
    }),
  ];
}

/** The same finding at each of its places, but only at the first few of many. */
function eachPlace<Finding extends LintFinding>(places: readonly Place[], finding: Finding): readonly Finding[] {
  const shown = places.slice(0, mostPlaces);
  const more = places.length - shown.length;
  return shown.map((place, index) => {
    const isLast = index === shown.length - 1 && more > 0;
    const message = `${finding.message} (and ${more} more ${more === 1 ? 'place' : 'places'})`;
    return { ...finding, ...(isLast ? { message } : {}), place };
  });
}

const mostPlaces = 5;
