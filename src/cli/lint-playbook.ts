import type { Diagnostic } from '../model/diagnostic.ts';
import type { Playbook, Script } from '../playbook/playbook.ts';
import { describeScript } from '../script/describe-script.ts';
import { lintScript } from '../script/lint-script.ts';

/** Every finding about the scripts of a playbook, against what the playbook does with them. */
export function lintPlaybook(playbook: Playbook): readonly Diagnostic[] {
  return playbook.plays.flatMap(play => play.scripts.flatMap(lint));
}

function lint(script: Script): readonly Diagnostic[] {
  return lintScript(describeScript(script.source), {
    args: script.args.length,
    argPlaces: script.args.map(arg => arg.place),
    globals: Object.fromEntries(Object.entries(script.globals).map(([name, { place }]) => [name, place])),
    run: script.run.kind,
    guru: script.stapOptions.guru ?? false,
    scriptPlace: script.place,
  });
}
