import type { Diagnostic } from '../../model/diagnostic.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Located, Place } from '../../model/source.ts';
import { longestGlobal } from '../../playbook/longest-global.ts';
import type { KernelRule, Play, Playbook, Script } from '../../playbook/playbook.ts';
import { lintScript } from '../../script/lint-script.ts';
import type { GivenValue, ScriptUse } from '../../script/script-use.ts';
import { hasTemplate } from '../../template/template.ts';

/** Every finding about the scripts of a playbook, against what the playbook does with them. */
export function lintPlaybook(playbook: Playbook): readonly Diagnostic[] {
  return playbook.plays.flatMap(play => play.scripts.flatMap(script => lintScript(script.source, useOf(script, play))));
}

function useOf(script: Script, { kernels }: Play): ScriptUse {
  return {
    name: script.name,
    place: script.place,
    args: script.args.map(givenValue),
    globals: Object.fromEntries(
      Object.entries(script.globals).map(([name, value]) => [
        name,
        { ...givenValue(value), namePlace: placeOfName(name, value.place) },
      ]),
    ),
    run: {
      kind: script.run.kind,
      seconds: script.run.kind === 'duration' ? script.run.seconds : script.run.limitSeconds,
    },
    guru: guruOf(script, kernels),
    longestString: longestGlobal(script, kernels),
    kernels: kernels.map(({ release }) => release),
  };
}

/** A template's value is not known before a host's variables are; neither is what is no number or text. */
function givenValue({ value, place }: Located<JsonValue>): GivenValue {
  const isKnown = typeof value === 'number' || (typeof value === 'string' && !hasTemplate(value));
  return { text: isKnown ? String(value) : undefined, place };
}

/** The name stands before its value, mostly in the same line; where it does not, the value has to do. */
function placeOfName(name: string, place: Place): Place {
  const before = place.text.slice(0, place.column - 1);
  const start = before.lastIndexOf(name);
  const isKey = start !== -1 && /^["']?\s*:\s*["']?$/.test(before.slice(start + name.length));
  return isKey ? { ...place, column: start + 1, endColumn: start + 1 + name.length } : place;
}

/** A script's own options win over those of a kernel's entry. */
function guruOf({ stapOptions }: Script, kernels: readonly KernelRule[]): ScriptUse['guru'] {
  if (stapOptions.guru !== undefined || kernels.length === 0) return stapOptions.guru ? 'yes' : 'no';
  if (kernels.every(rule => rule.stapOptions.guru)) return 'yes';
  return kernels.some(rule => rule.stapOptions.guru) ? 'on-some-kernels' : 'no';
}
