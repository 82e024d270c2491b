import type { SshConnection } from '../../../model/host.ts';
import type { ConnectLimits } from '../../transport.ts';

/**
 * The arguments of an `ssh` that logs in, runs nothing, and shares its connection at a socket (`man ssh_config`). Of
 * several words on one matter ssh takes the first: so what this needs to work stands before all else; then, in
 * Ansible's order, ansible_ssh_args, what the inventory's variables say, and the other arguments; ssh_config comes last. An inventory's value
 * is never taken for an option.
 */
export function sshArguments(
  connection: SshConnection,
  { connect, keepalive, keepaliveCount }: ConnectLimits,
  controlPath: string,
): readonly string[] {
  const { address, port, user, privateKeyFile, knownHostsFile, hostKeyChecking, password, args } = connection;
  const ours = [
    // A socket is made, and goes with the connection; no connection of somebody else is used.
    ['ControlMaster', 'yes'],
    ['ControlPersist', 'no'],
    ['BatchMode', password === undefined ? 'yes' : 'no'],
    ['NumberOfPasswordPrompts', '1'],
  ];
  const inventory = [
    ...(port === undefined ? [] : [['Port', String(port)]]),
    ...(user === undefined ? [] : [['User', quoted(user)]]),
    // Not those of the agent besides: servers ban clients that fail too often.
    ...(privateKeyFile === undefined
      ? []
      : [
          ['IdentityFile', path(privateKeyFile)],
          ['IdentitiesOnly', 'yes'],
        ]),
    ...(knownHostsFile === undefined
      ? []
      : [
          ['UserKnownHostsFile', path(knownHostsFile)],
          ['GlobalKnownHostsFile', '/dev/null'],
        ]),
    ...(hostKeyChecking === undefined ? [] : [['StrictHostKeyChecking', hostKeyChecking ? 'yes' : 'no']]),
    ['ConnectTimeout', String(seconds(connect))],
    ['ServerAliveInterval', String(seconds(keepalive))],
    ['ServerAliveCountMax', String(keepaliveCount)],
  ];
  // Of these letters the last one counts, so they stand behind all others. What it has come to is read from -v.
  const last = ['-S', controlPath.replaceAll('%', '%%'), '-v', '-N', '-T'];
  const all = args?.words ?? [];
  const leading = args?.leading?.words ?? 0;
  const first = all.slice(0, leading).filter(word => !notForUs.includes(word));
  const rest = all.slice(leading).filter(word => !notForUs.includes(word));
  return [...asOptions(ours), ...first, ...asOptions(inventory), ...rest, ...last, '--', address];
}

/** To go to the background, and to ask before the connection is shared: a second -M means that. */
const notForUs: readonly string[] = ['-f', '-M'];

function asOptions(settings: readonly (readonly string[])[]): readonly string[] {
  return settings.flatMap(([keyword, value]) => ['-o', `${keyword}=${value}`]);
}

/** At least one: for ssh, none is no limit. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/** In paths ssh fills in what stands behind a percent sign. */
function path(text: string): string {
  return quoted(text.replaceAll('%', '%%'));
}

/** As ssh_config has it: else a space would end it. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
