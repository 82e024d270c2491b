import { selectFromInventory } from '../../engine/sources/select-from-inventory.ts';
import { exportInventory } from '../../inventory/show/export-inventory.ts';
import type { Secrets } from '../../inventory/show/show-variables.ts';
import { formatExportedInventory } from '../../report/texts/inventory-text.ts';
import type { ShowOptions } from '../arguments/options/show-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

export function secretsOf({ showSecrets }: ShowOptions): Secrets {
  return showSecrets === true ? 'shown' : 'hidden';
}

/** `tapbook inventory list`: one name a line; with `--format json` what `ansible-inventory --list --export` prints. */
export function listInventory(pattern: string, options: ShowOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const selected = await selectFromInventory(pattern, asRequest(options), stop);
    if (!selected.ok) return sayRefusal(selected.error, options.format);
    const { inventory, hosts, warnings } = selected.value;
    sayWarnings(warnings, options.format);
    if (options.format === 'json') {
      const wanted = new Set(hosts.map(({ name }) => name));
      const exported = exportInventory(inventory, { hosts: wanted, secrets: secretsOf(options) });
      ownConsole.print(formatExportedInventory(exported));
    } else ownConsole.print(hosts.map(({ name }) => `${name}\n`).join(''));
    return exitCodes.ok;
  });
}
