import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { PlannablePreconditions } from '../../playbook/playbook.ts';
import { install } from '../packages/install-command.ts';
import type { PreconditionResults } from '../target.ts';
import { fails, passes } from './verdicts.ts';

/** Checks the playbook's own preconditions by the host's answers. */
export function checkPreconditions(
  { os }: HostFacts,
  { missingPackages, packageManager, failedCommands }: PreconditionResults,
  wanted: PlannablePreconditions,
): readonly Finding[] {
  // check-runtime.ts checks this one.
  const isOwn = (name: string): boolean => name !== 'systemtap-runtime';
  const missing = missingPackages.filter(isOwn);
  const asked = wanted.packages.filter(isOwn);
  const packages =
    missing.length === 0
      ? passes('packages', asked.length === 0 ? 'the playbook asks for none' : `installed: ${asked.join(', ')}`)
      : packageManager === 'none'
        ? fails(
            'packages',
            `it has none of dpkg, rpm and apk to tell whether these are installed: ${missing.join(', ')}`,
            {
              cure: 'ask in another way: a precondition `command: test -x …`',
            },
          )
        : fails(
            'packages',
            `not installed: ${missing.join(', ')}`,
            install(
              os,
              missing.map(name => ({ name })),
            ),
          );
  const failed = failedCommands.map(
    ({ command, code, output }) => `precondition \`${command}\` exits ${code}${output === '' ? '' : `: ${output}`}`,
  );
  const commands = wanted.commands.length;
  const command =
    failed.length === 0
      ? passes('command', commands === 0 ? 'the playbook asks for none' : `${commands} of ${commands} exit 0`)
      : fails('command', failed.join('; '));
  return [packages, command];
}
