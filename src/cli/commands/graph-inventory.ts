import { readInventory } from '../../engine/sources/select-from-inventory.ts';
import { graphInventory as graph } from '../../inventory/show/graph-inventory.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { GroupName } from '../../model/ids.ts';
import { formatLines } from '../../report/layout/format-lines.ts';
import type { GraphOptions } from '../arguments/options/show-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';
import { secretsOf } from './list-inventory.ts';

/** `tapbook inventory graph`: the tree of groups and hosts, as `ansible-inventory --graph` draws it. */
export function graphInventory(group: string, options: GraphOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const inventory = await readInventory(asRequest(options), stop);
    if (!inventory.ok) return sayRefusal(inventory.error, options.format);
    sayWarnings(inventory.value.warnings, options.format);
    const { groups } = inventory.value;
    if (!groups.has(group as GroupName)) {
      ownConsole.sayDiagnostics([unknownGroup(group, groups.keys())], options.format);
      return exitCodes.noHosts;
    }
    const variables = options.vars === true ? secretsOf(options) : 'none';
    ownConsole.print(formatLines(linesOf(graph(inventory.value, group as GroupName, variables))));
    return exitCodes.ok;
  });
}

/** As in Ansible, a value of several lines goes on at the margin. */
function* linesOf(drawn: Iterable<string>): Generator<string> {
  for (const line of drawn) yield* line.split('\n');
}

function unknownGroup(group: string, known: Iterable<string>): Diagnostic {
  const cure = didYouMean(group, known);
  const message = `no group "${group}" in the inventory`;
  return { severity: 'error', code: 'unknown-group', message, ...(cure === undefined ? {} : { cure }) };
}
