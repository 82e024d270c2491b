import { isIP } from 'node:net';
import type { SshConnection } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { accountHome, ownUser } from '../../process/own-account.ts';
import type { ConnectFailure } from '../transport.ts';
import { evaluateConfig, isOff } from './evaluate-config.ts';
import type { Misfit } from './misfit.ts';
import { type ConfigFile, type ConfigLine, readConfigFile, readConfigLine } from './read-config-file.ts';
import { type Jump, readJumps } from './read-jumps.ts';
import { inventoryKey, inventoryUser, readSettings } from './read-settings.ts';
import type { SshServer } from './ssh-server.ts';

/** Puts together what inventory, arguments and ssh_config say of a server. */
export type ServerResolver = (connection: SshConnection) => Result<SshServer, ConnectFailure>;

/** More bastions than this in a row are taken for a circle. */
const mostJumps = 8;

/**
 * Each file is read once in the life of a resolver. What ssh2 cannot do is a failure of kind `needs-openssh`. As for ssh, home is
 * that of the account, whatever $HOME says.
 */
export function createServerResolver(home: string = accountHome()): ServerResolver {
  const read = new Map<string, Result<readonly ConfigFile[], string>>();
  const filesOf = (configFile: string | undefined): Result<readonly ConfigFile[], string> => {
    const key = configFile ?? '';
    const files = read.get(key) ?? readFiles(configFile, home);
    read.set(key, files);
    return files;
  };
  const resolve = (connection: SshConnection, depth: number): ReturnType<ServerResolver> => {
    const { address: originalHost, password } = connection;
    const files = filesOf(connection.args?.configFile);
    if (!files.ok) return err(inConfig(files.error));
    const options = optionLines(connection);
    if (!options.ok) return err(inConfig(options.error));
    const evaluated = evaluateConfig({
      originalHost,
      options: options.value,
      files: files.value,
      localUser: ownUser(),
    });
    if (!evaluated.ok) return err(inConfig(evaluated.error));
    const { needsSsh, proxy } = evaluated.value;
    if (needsSsh !== undefined) return err({ kind: 'needs-openssh', cause: needsSsh });
    const settings = readSettings(originalHost, evaluated.value, home);
    if (!settings.ok) return err(asFailure(settings.error));
    const preferred = evaluated.value.settings.get('preferredauthentications');
    if (settings.value.methods.length === 0 && preferred !== undefined) {
      const cause = `${preferred.words.join(',')} is preferred in ${preferred.where}`;
      return err({ kind: 'needs-openssh', cause });
    }
    const { bindAddress } = settings.value;
    if (bindAddress !== undefined && isIP(bindAddress) === 0) {
      return err({ kind: 'needs-openssh', cause: `BindAddress is the name ${bindAddress}` });
    }
    const server = password === undefined ? settings.value : { ...settings.value, password };

    const tokens = { h: server.address, n: originalHost, p: String(server.port), r: server.user };
    const jumps = proxy === undefined || isOff(proxy) ? ok([]) : readJumps(proxy, tokens);
    if (!jumps.ok) return err(asFailure(jumps.error));
    const last = jumps.value.at(-1);
    if (last === undefined) return ok(server);
    if (depth >= mostJumps) {
      return err(
        inConfig(`${originalHost} is to be reached through more than ${mostJumps} bastions, or through itself`),
      );
    }
    const jump = resolve(connectionTo(last, jumps.value.slice(0, -1), connection), depth + 1);
    return jump.ok ? ok({ ...server, jump: jump.value }) : jump;
  };
  return connection => resolve(connection, 0);
}

function readFiles(configFile: string | undefined, home: string): Result<readonly ConfigFile[], string> {
  if (configFile?.toLowerCase() === 'none') return ok([]);
  const files =
    configFile === undefined
      ? [readConfigFile(`${home}/.ssh/config`, 'user'), readConfigFile('/etc/ssh/ssh_config', 'system')]
      : [readConfigFile(configFile, 'argument')];
  const failure = files.find(file => !file.ok);
  return failure === undefined || failure.ok ? ok(files.flatMap(file => (file.ok ? [file.value] : []))) : failure;
}

const inArguments = 'the arguments for ssh';

/** What is said before any file, in Ansible's order: ansible_ssh_args, the variables, the other arguments. */
function optionLines(connection: SshConnection): Result<readonly ConfigLine[], string> {
  const { args } = connection;
  const ours = variableLines(connection);
  const leading = args?.leading?.options ?? 0;
  const lines: ConfigLine[] = [];
  for (const [index, { keyword, value }] of (args?.options ?? []).entries()) {
    if (index === leading) lines.push(...ours);
    if (keyword.startsWith('-')) lines.push({ keyword, words: [value], where: inArguments });
    else {
      const line = readConfigLine(`${keyword} ${value}`, inArguments);
      if (!line.ok) return line;
      if (line.value !== undefined) lines.push(line.value);
    }
  }
  if ((args?.options.length ?? 0) <= leading) lines.push(...ours);
  return ok(lines);
}

function variableLines({
  port,
  user,
  privateKeyFile,
  knownHostsFile,
  hostKeyChecking,
  limits,
}: SshConnection): readonly ConfigLine[] {
  const given: readonly (readonly [keyword: string, word: string | undefined, where: string])[] = [
    ['port', port === undefined ? undefined : String(port), 'ansible_port'],
    ['user', user, inventoryUser],
    // Tokens have no meaning in a variable of the inventory.
    ['identityfile', privateKeyFile?.replaceAll('%', '%%'), inventoryKey],
    ['userknownhostsfile', knownHostsFile?.replaceAll('%', '%%'), 'tapbook_known_hosts_file'],
    ['globalknownhostsfile', knownHostsFile === undefined ? undefined : 'none', 'tapbook_known_hosts_file'],
    [
      'connecttimeout',
      limits?.connectSeconds === undefined ? undefined : String(limits.connectSeconds),
      'ansible_timeout',
    ],
    ['stricthostkeychecking', hostKeyChecking === false ? 'no' : undefined, 'ansible_host_key_checking'],
  ];
  return given.flatMap(([keyword, word, where]) => (word === undefined ? [] : [{ keyword, words: [word], where }]));
}

/**
 * As `ssh -J` does it: the last bastion of a list is reached through the others, has a configuration of its own, and gets
 * none of the arguments but `-F`. What the configuration says of a way to the first one counts too.
 */
function connectionTo(
  { host, port, user }: Jump,
  before: readonly Jump[],
  { args, knownHostsFile, limits }: SshConnection,
): SshConnection {
  const options = before.length === 0 ? [] : [{ keyword: 'proxyjump', value: before.map(jump => jump.text).join(',') }];
  const { configFile } = args ?? {};
  return {
    kind: 'ssh',
    client: 'any',
    address: host,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(limits === undefined ? {} : { limits }),
    args: { words: [], options, ...(configFile === undefined ? {} : { configFile }) },
  };
}

function asFailure({ kind, cause }: Misfit): ConnectFailure {
  return kind === 'ssh-config' ? inConfig(cause) : { kind, cause };
}

function inConfig(cause: string): ConnectFailure {
  return { kind: 'ssh-config', cause, cure: 'see what ssh makes of it: ssh -G HOST' };
}
