import { readInventory } from '../../engine/sources/select-from-inventory.ts';
import { describeHost } from '../../inventory/show/describe-host.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { HostName } from '../../model/ids.ts';
import { formatHostJson, formatHostVariables } from '../../report/texts/inventory-text.ts';
import type { ShowOptions } from '../arguments/options/show-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';
import { secretsOf } from './list-inventory.ts';

/** `tapbook inventory host`: the variables of a host, each with its value and where it was written. */
export function showHost(name: string, options: ShowOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const inventory = await readInventory(asRequest(options), stop);
    if (!inventory.ok) return sayRefusal(inventory.error, options.format);
    sayWarnings(inventory.value.warnings, options.format);
    const description = describeHost(inventory.value, name as HostName, secretsOf(options));
    if (description === undefined) {
      const cure = didYouMean(name, inventory.value.hosts.keys());
      const message = `no host "${name}" in the inventory`;
      const common = { severity: 'error', code: 'no-host-matched', message } as const;
      ownConsole.sayDiagnostics([{ ...common, ...(cure === undefined ? {} : { cure }) }], options.format);
      return exitCodes.noHosts;
    }
    ownConsole.print(options.format === 'json' ? formatHostJson(description) : formatHostVariables(description));
    return exitCodes.ok;
  });
}
