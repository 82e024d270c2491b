import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Place } from '../model/source.ts';
import type { ScriptDescription } from './describe-script.ts';

/** What a playbook does with a script. */
export interface ScriptUse {
  readonly args: number;
  readonly argPlaces: readonly Place[];
  readonly globals: Readonly<Record<string, Place>>;
  readonly run: 'duration' | 'until-exit';
  readonly guru: boolean;
  /** Where the playbook names it. */
  readonly scriptPlace: Place;
}

/** What does not fit between a script and its use. Where the script cannot be read for certain, it has the benefit. */
export function lintScript(script: ScriptDescription, use: ScriptUse): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const add = (severity: Diagnostic['severity'], code: string, message: string, cure: string, place: Place): void => {
    findings.push({ severity, code, message, cure, place });
  };
  lintGlobals(script, use, add);
  lintArguments(script, use, add);
  if (use.run === 'until-exit' && !script.callsExit && script.certain) {
    add(
      'error',
      'no-exit',
      'until_exit is set, but the script never calls exit()',
      'write duration: 30s',
      use.scriptPlace,
    );
  }
  const [embedded] = script.embeddedC;
  if (embedded !== undefined && !use.guru && script.certain) {
    add(
      'error',
      'guru-needed',
      'the script has embedded C (%{ … %}), which stap takes in guru mode only',
      'set stap_options: { guru: true } if you trust it',
      embedded,
    );
  }
  for (const place of script.countVariables) {
    add('warning', 'count-variable', '$count of a syscall probe is gone since kernel 4.17', 'write count', place);
  }
  return findings;
}

type Add = (severity: Diagnostic['severity'], code: string, message: string, cure: string, place: Place) => void;

function lintGlobals(script: ScriptDescription, use: ScriptUse, add: Add): void {
  const known = new Map(script.globals.map(global => [global.name, global]));
  const scalars = script.globals
    .filter(({ shape, visibility }) => shape === 'scalar' && visibility === 'public')
    .map(global => global.name);
  for (const [name, place] of Object.entries(use.globals)) {
    const global = known.get(name);
    if (global === undefined) {
      if (!script.certain) continue;
      const list = scalars.length === 0 ? 'it has none that can be set' : `it has: ${scalars.join(', ')}`;
      add('error', 'unknown-global', `the script has no global "${name}"`, didYouMean(name, scalars) ?? list, place);
    } else if (global.shape !== 'scalar' && script.certain) {
      const kind = global.shape === 'array' ? 'an array' : 'an aggregate';
      add('error', 'global-not-scalar', `global ${name} is ${kind}`, 'only scalars can be set from outside', place);
    } else if (global.visibility === 'private' && script.certain) {
      add(
        'error',
        'global-private',
        `global ${name} is private`,
        'only a global that is not can be set from outside',
        place,
      );
    }
  }
  for (const { name, place } of script.globalsSetInBegin) {
    if (!Object.hasOwn(use.globals, name)) continue;
    add(
      'warning',
      'global-set-in-begin',
      `probe begin assigns ${name} and overwrites what the playbook sets`,
      `initialise it where it is declared: global ${name} = …`,
      place,
    );
  }
  for (const { name, place } of script.certain ? script.globalsInProbePoints : []) {
    add(
      'error',
      'global-in-probe-point',
      `global ${name} stands in a probe point, where only a literal may`,
      'write $1 there and give the value in args',
      place,
    );
  }
}

function lintArguments(script: ScriptDescription, { args, argPlaces }: ScriptUse, add: Add): void {
  if (!script.certain) return;
  const missing = script.arguments.find(({ number }) => number > args);
  if (missing !== undefined) {
    const has = args === 0 ? 'args is not given' : `args has ${args}`;
    add('error', 'missing-arg', `the script uses argument ${missing.number}, ${has}`, 'add it to args', missing.place);
  }
  if (script.takesAnyArguments) return;
  for (const [index, place] of argPlaces.entries()) {
    if (script.arguments.some(({ number }) => number === index + 1)) continue;
    add(
      'warning',
      'unused-arg',
      `the script never uses argument ${index + 1}`,
      `use it as $${index + 1} or @${index + 1}`,
      place,
    );
  }
}
