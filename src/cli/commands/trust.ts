import { selectToConnect } from '../../engine/sources/select-from-inventory.ts';
import { trustServers } from '../../engine/upkeep/trust-servers.ts';
import { printableText } from '../../model/printable-text.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatServerKeys } from '../../report/texts/trust-text.ts';
import { createHostKeyInspector } from '../../transport/ssh/known-hosts/inspect-host-keys.ts';
import type { TrustOptions } from '../arguments/options/reach-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { askToTrust } from '../asking/ask-to-trust.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook trust`: shows the fingerprints of hosts and of the bastions on the way to them, and writes those that are new
 * into known_hosts: on a terminal after asking, unless --yes is given. A key that has changed or is revoked is never written. Exit 2 for such a key, 4 for a host that
 * cannot be reached.
 */
export function trust(patterns: readonly string[], options: TrustOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const selected = await selectToConnect(patterns.join(','), asRequest(options), stop);
    if (!selected.ok) return sayRefusal(selected.error, options.format);
    sayWarnings(selected.value.warnings, options.format);
    const say = (text: string): void => ownConsole.say(`${printableText(text)}\n`);
    const { questions } = connectionPrompts(options, say);
    // Without a terminal there is nobody to ask: cron and CI say what they want by calling it.
    const isAsked = !options.check && !options.yes && (options.ask || process.stdin.isTTY);
    const format = options.format === 'json' ? toJsonLine : formatServerKeys;
    const results = await trustServers(selected.value.hosts, {
      inspector: createHostKeyInspector(questions),
      questions: isAsked ? askToTrust(say) : undefined,
      mode: options.check ? 'only-look' : 'write',
      onServer: keys => ownConsole.print(format(keys)),
      signal: stop,
      limits: connectLimits,
    });
    return exitCodeOfResults(results);
  });
}
