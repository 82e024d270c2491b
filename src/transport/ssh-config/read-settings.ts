import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { err, ok, type Result } from '../../model/result.ts';
import { ownUid, ownUser } from '../../process/own-account.ts';
import { type Evaluated, isOff } from './evaluate-config.ts';
import { expandTilde } from './expand-tilde.ts';
import { expandPath, expandTokens, type Tokens } from './expand-tokens.ts';
import type { Misfit } from './misfit.ts';
import type { ConfigLine } from './read-config-file.ts';
import { readNumber, readSeconds, readStrictness, readTruth } from './read-values.ts';
import type { HostKeyPolicy, KeyChoice, LoginMethod, SshServer } from './ssh-server.ts';

/**
 * What the lines for a host mean, with ssh's own defaults where there is none. `home` is that of the account, which is what `~`
 * stands for, and not $HOME.
 */
export function readSettings(originalHost: string, evaluated: Evaluated, home: string): Result<SshServer, Misfit> {
  try {
    return ok(read(originalHost, evaluated, home));
  } catch (error) {
    if (error instanceof BadSetting) return err(error.misfit);
    throw error;
  }
}

/** Thrown and caught in this file only: there are a dozen settings to read, and the first bad one ends it. */
class BadSetting extends Error {
  readonly misfit: Misfit;

  constructor(misfit: Misfit) {
    super(misfit.cause);
    this.misfit = misfit;
  }
}

function orThrow<Value>(result: Result<Value, Misfit>, line: ConfigLine): Value {
  if (result.ok) return result.value;
  throw new BadSetting(atLine(result.error, line));
}

/** With its place. */
export function atLine({ kind, cause }: Misfit, { where }: ConfigLine): Misfit {
  return { kind, cause: kind === 'ssh-config' ? `${where}: ${cause}` : `${cause} in ${where}` };
}

function read(originalHost: string, { settings, identityFiles, proxy }: Evaluated, home: string): SshServer {
  const line = (keyword: string): ConfigLine | undefined => settings.get(keyword);
  const value = <Value>(
    keyword: string,
    parse: (text: string, keyword: string) => Result<Value, string>,
  ): Value | undefined => {
    const own = line(keyword);
    if (own === undefined) return undefined;
    const parsed = parse(own.words.join(' '), keyword);
    return parsed.ok ? parsed.value : orThrow(err({ kind: 'ssh-config', cause: parsed.error }), own);
  };
  const hostName = line('hostname');
  const named =
    hostName === undefined
      ? originalHost
      : orThrow(expandTokens(hostName.words.join(' '), { h: originalHost }), hostName);
  const address = named.toLowerCase();
  const localUser = ownUser();
  const userLine = line('user');
  const user = userLine?.words[0] ?? localUser;
  // ssh_config's users have tokens since OpenSSH 10.
  if (userLine !== undefined && userLine.where !== inventoryUser && /%|\$\{/.test(user))
    orThrow(err({ kind: 'needs-openssh', cause: `User is ${user}` }), userLine);
  const port = value('port', readNumber(1, 65_535)) ?? 22;
  const alias = line('hostkeyalias')?.words[0]?.toLowerCase();
  const machine = hostname();
  const tokens: Tokens = {
    ...{ h: address, p: String(port), r: user, u: localUser, n: originalHost, k: alias ?? originalHost },
    ...{ d: home, i: String(ownUid()), l: machine, L: machine.split('.', 1)[0] ?? machine },
    // Behind a bastion, versions of ssh differ in it: that is left to the one that is here.
    ...(proxy === undefined || isOff(proxy) ? { C: sha1(`${machine}${address}${port}${user}`) } : {}),
  };
  const tilde = (text: string, own: ConfigLine): string => {
    const expanded = expandTilde(text, home);
    return expanded.ok
      ? expanded.value
      : orThrow(err({ kind: 'needs-openssh', cause: `${expanded.error}, which is named` }), own);
  };
  const path = (text: string, own: ConfigLine): string =>
    orThrow(expandPath(tilde(text, own), tokens, process.env), own);
  const family = line('addressfamily')?.words[0]?.toLowerCase();
  const bindAddress = line('bindaddress')?.words[0];
  const connectMs = value('connecttimeout', readSeconds);
  const aliveMs = value('serveraliveinterval', readSeconds);
  return {
    address,
    port,
    user,
    family: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    ...(bindAddress === undefined ? {} : { bindAddress }),
    methods: chooseMethods(
      line('preferredauthentications')?.words.join(',').split(','),
      keyword => value(keyword, readTruth) !== false,
    ),
    keys: {
      ...chooseFiles(identityFiles, path, home),
      agentKeys: value('identitiesonly', readTruth) === true ? 'only-files' : 'all',
      ...agentOf(line('identityagent'), path),
    },
    hostKeys: {
      ...namesOf(alias, address, port),
      userFiles: filesOf(line('userknownhostsfile'), [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`], path),
      // Tokens and variables have no meaning in them.
      globalFiles: filesOf(
        line('globalknownhostsfile'),
        ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
        tilde,
      ),
      ...(value('stricthostkeychecking', readStrictness) ?? { unknown: 'refused', changed: 'refused' }),
      entries: value('hashknownhosts', readTruth) === true ? 'hashed' : 'plain',
    },
    ...(connectMs ? { connectMs } : {}),
    ...(aliveMs
      ? { keepalive: { intervalMs: aliveMs, count: value('serveralivecountmax', readNumber(0, 999_999_999)) ?? 3 } }
      : {}),
  };
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** By the keyword that switches it off; a password as the answer to a question comes after it as such. */
const loginMethods: readonly (readonly [LoginMethod, keyword: string])[] = [
  ['publickey', 'pubkeyauthentication'],
  ['password', 'passwordauthentication'],
  ['keyboard-interactive', 'kbdinteractiveauthentication'],
];

function chooseMethods(
  preferred: readonly string[] | undefined,
  isOn: (keyword: string) => boolean,
): readonly LoginMethod[] {
  const allowed = loginMethods.filter(([, keyword]) => isOn(keyword)).map(([method]) => method);
  if (preferred === undefined) return allowed;
  return preferred.flatMap(name => allowed.filter(method => method === name.trim()));
}

type PathReader = (text: string, line: ConfigLine) => string;

/** In the order of ssh; those for tokens (FIDO) are not tried by themselves. */
const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

function chooseFiles(lines: readonly ConfigLine[], path: PathReader, home: string): Pick<KeyChoice, 'files' | 'named'> {
  if (lines.length === 0) return { files: defaultKeys.map(name => `${home}/.ssh/${name}`), named: 'by-default' };
  const files = lines.filter(line => !isOff(line)).map(line => path(line.words.join(' '), line));
  return { files, named: lines[0]?.where === inventoryKey ? 'by-inventory' : 'by-config' };
}

/** The place of the key that an inventory names. */
export const inventoryKey = 'ansible_ssh_private_key_file';

/** The place of the user that an inventory names. */
export const inventoryUser = 'ansible_user';

function agentOf(line: ConfigLine | undefined, path: PathReader): Pick<KeyChoice, 'agentSocket'> {
  const written = line?.words.join(' ');
  if (line === undefined || written === undefined || written === 'SSH_AUTH_SOCK')
    return socket(process.env['SSH_AUTH_SOCK']);
  if (written === 'none') return {};
  return socket(
    written.startsWith('$') && !written.startsWith('${') ? process.env[written.slice(1)] : path(written, line),
  );
}

function socket(agentSocket: string | undefined): Pick<KeyChoice, 'agentSocket'> {
  return agentSocket ? { agentSocket } : {};
}

function filesOf(line: ConfigLine | undefined, fallback: readonly string[], path: PathReader): readonly string[] {
  if (line === undefined) return fallback;
  return isOff(line) ? [] : line.words.map(word => path(word, line));
}

/** An alias stands for itself; a name has its port with it, where that is not 22. */
function namesOf(
  alias: string | undefined,
  address: string,
  port: number,
): Pick<HostKeyPolicy, 'name' | 'nameForAnyPort'> {
  if (alias !== undefined) return { name: alias };
  const name = address.toLowerCase();
  return port === 22 ? { name } : { name: `[${name}]:${port}`, nameForAnyPort: name };
}
