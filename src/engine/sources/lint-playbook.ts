import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Result } from '../../model/result.ts';
import type { Located, Place } from '../../model/source.ts';
import type { LoadedPlaybook } from '../../playbook/load-playbook.ts';
import { longestGlobal } from '../../playbook/longest-global.ts';
import type { KernelRule, Play, Playbook, Script } from '../../playbook/playbook.ts';
import { wholeText } from '../../playbook/value-text.ts';
import { lintScript } from '../../script/lint-script.ts';
import type { GivenValue, ScriptUse } from '../../script/script-use.ts';
import { hasTemplate } from '../../template/template.ts';

/** A playbook as far as it could be read, and every finding about it and its scripts. */
export interface LintedPlaybook {
  readonly playbook: Playbook | undefined;
  readonly findings: readonly Diagnostic[];
}

/** Lints the scripts of a playbook against how the playbook uses them, as far as it could be read. */
export function lintPlaybook(loaded: Result<LoadedPlaybook, Faulty<Playbook>>): LintedPlaybook {
  const playbook = loaded.ok ? loaded.value.playbook : loaded.error.rest;
  const own = loaded.ok ? loaded.value.warnings : loaded.error.diagnostics;
  const lints = (playbook?.plays ?? []).flatMap(play =>
    play.scripts.flatMap(script => {
      if (script.unknown?.includes('source')) return [];
      if (!playbook?.unquoted?.includes(script.source.path)) return lintScript(script.source, useOf(script, play));
      // Findings in the playbook name words of the script, too.
      const found = lintScript({ ...script.source, unquoted: true }, useOf(script, play));
      return found.map(one => ({ ...one, unquoted: true as const }));
    }),
  );
  return { playbook, findings: inFileOrder([...own, ...lints], playbook?.files) };
}

function useOf(script: Script, { kernels, unknown }: Play): ScriptUse {
  const areArgsKnown = script.unknown?.includes('args') !== true;
  const areKernelsKnown = unknown?.includes('kernels') !== true;
  const areOptionsKnown = areKernelsKnown && script.unknown?.includes('stap_options') !== true;
  return {
    name: script.name,
    place: script.place,
    args: areArgsKnown ? script.args.map(givenValue) : undefined,
    globals: Object.fromEntries(
      Object.entries(script.globals).map(([name, value]) => [
        name,
        { ...givenValue(value), namePlace: placeOfName(name, value.place) },
      ]),
    ),
    run: script.unknown?.includes('run') ? undefined : lengthOf(script),
    targetProcess: script.unknown?.includes('target_process')
      ? 'unknown'
      : (script.targetProcess?.value.place ?? 'none'),
    guru: areOptionsKnown ? guruOf(script, kernels) : 'unknown',
    stapOptions: areOptionsKnown ? optionsOf(script, kernels) : undefined,
    tapsets: [script.stapOptions, ...kernels.map(rule => rule.stapOptions)].flatMap(({ tapsets = [] }) =>
      tapsets.flatMap(({ files }) => files),
    ),
    longestString: areOptionsKnown ? longestGlobal(script, kernels) : Number.POSITIVE_INFINITY,
    kernels: areKernelsKnown ? kernels.map(({ release }) => release) : undefined,
  };
}

function lengthOf({ run }: Script): NonNullable<ScriptUse['run']> {
  return { kind: run.kind, seconds: run.kind === 'duration' ? run.seconds : run.limitSeconds };
}

/** A template's value is known only with a host's variables. Values other than numbers and texts are left to the schema. */
export function givenValue({ value, place }: Located<JsonValue>): GivenValue {
  if (typeof value === 'string' && hasTemplate(value)) return { text: undefined, template: value, place };
  const text = wholeText(value, '');
  return { text: text.ok ? text.value : undefined, place };
}

/** The place of a name before its value. Where it is not on the same line, the place of the value. */
function placeOfName(name: string, place: Place): Place {
  const before = place.text.slice(0, place.column - 1);
  const start = before.lastIndexOf(name);
  const isKey = start !== -1 && /^["']?\s*:\s*["']?$/.test(before.slice(start + name.length));
  return isKey ? { ...place, column: start + 1, endColumn: start + 1 + name.length } : place;
}

/** What any of them has: an option that some kernels have is known to whoever wrote the playbook. */
function optionsOf({ stapOptions }: Script, kernels: readonly KernelRule[]): ReadonlySet<string> {
  const all = [stapOptions, ...kernels.map(rule => rule.stapOptions)];
  return new Set(
    all.flatMap(({ defines = {}, suppressTimeLimits, skipBadvars, tapsets = [], sysroot, ...unwinding }) => [
      ...Object.keys(defines),
      ...(suppressTimeLimits ? ['suppress_time_limits'] : []),
      ...(skipBadvars ? ['skip_badvars'] : []),
      ...(tapsets.length > 0 ? ['tapsets'] : []),
      ...(sysroot === undefined ? [] : ['sysroot']),
      ...((unwinding.unwind ?? unwinding.unwindLibraries ?? unwinding.allModules) ? ['unwind'] : []),
    ]),
  );
}

/** A script's own options win over those of a kernel's entry. */
function guruOf({ stapOptions }: Script, kernels: readonly KernelRule[]): ScriptUse['guru'] {
  if (stapOptions.guru !== undefined || kernels.length === 0) return stapOptions.guru ? 'yes' : 'no';
  if (kernels.every(rule => rule.stapOptions.guru)) return 'yes';
  return kernels.some(rule => rule.stapOptions.guru) ? 'on-some-kernels' : 'no';
}
