import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { err, ok, type Result } from '../../model/result.ts';
import { expandHome } from '../../process/expand-home.ts';
import { ownHome, ownUid, ownUser } from '../../process/own-account.ts';
import { type Evaluated, isOff } from './evaluate-config.ts';
import { expandEnvironment, expandTokens, type Tokens } from './expand-tokens.ts';
import type { ConfigLine } from './read-config-file.ts';
import { readNumber, readSeconds, readStrictness, readTruth } from './read-values.ts';
import type { HostKeyPolicy, KeyChoice, LoginMethod, SshServer } from './ssh-server.ts';

/** What the lines for a host mean, with ssh's own defaults where there is none. The failure is a sentence. */
export function readSettings(originalHost: string, evaluated: Evaluated): Result<SshServer, string> {
  try {
    return ok(read(originalHost, evaluated));
  } catch (error) {
    if (error instanceof BadSetting) return err(error.message);
    throw error;
  }
}

/** Thrown and caught in this file only: there are a dozen settings to read, and the first bad one ends it. */
class BadSetting extends Error {}

function orThrow<Value>(result: Result<Value, string>, line?: ConfigLine): Value {
  if (result.ok) return result.value;
  throw new BadSetting(line === undefined ? result.error : `${line.where}: ${result.error}`);
}

function read(originalHost: string, { settings, identityFiles, proxy }: Evaluated): SshServer {
  const line = (keyword: string): ConfigLine | undefined => settings.get(keyword);
  const value = <Value>(
    keyword: string,
    parse: (text: string, keyword: string) => Result<Value, string>,
  ): Value | undefined => {
    const own = line(keyword);
    return own === undefined ? undefined : orThrow(parse(own.words.join(' '), keyword), own);
  };
  const hostName = line('hostname');
  const named =
    hostName === undefined
      ? originalHost
      : orThrow(expandTokens(hostName.words.join(' '), { h: originalHost }), hostName);
  const address = named.toLowerCase();
  const localUser = ownUser();
  const user = line('user')?.words.join(' ') ?? localUser;
  const port = value('port', readNumber(1, 65_535)) ?? 22;
  const alias = line('hostkeyalias')?.words.join(' ').toLowerCase();
  const machine = hostname();
  const tokens: Tokens = {
    ...{ h: address, p: String(port), r: user, u: localUser, n: originalHost, k: alias ?? originalHost },
    ...{ d: ownHome(), i: String(ownUid()), l: machine, L: machine.split('.', 1)[0] ?? machine },
    // Behind a bastion, versions of ssh differ in it.
    ...(proxy === undefined || isOff(proxy) ? { C: sha1(`${machine}${address}${port}${user}`) } : {}),
  };
  const path = (text: string, own: ConfigLine): string => {
    return orThrow(expandTokens(orThrow(expandEnvironment(expandHome(text), process.env), own), tokens), own);
  };
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
      ...chooseFiles(identityFiles, path),
      agentKeys: value('identitiesonly', readTruth) === true ? 'only-files' : 'all',
      ...agentOf(line('identityagent'), path),
    },
    hostKeys: {
      ...namesOf(alias, address, port),
      userFiles: filesOf(line('userknownhostsfile'), ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'], path),
      globalFiles: filesOf(
        line('globalknownhostsfile'),
        ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
        path,
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
const loginMethods: readonly (readonly [LoginMethod, ...string[]])[] = [
  ['publickey', 'pubkeyauthentication'],
  ['password', 'passwordauthentication'],
  ['keyboard-interactive', 'kbdinteractiveauthentication', 'challengeresponseauthentication'],
];

function chooseMethods(
  preferred: readonly string[] | undefined,
  isOn: (keyword: string) => boolean,
): readonly LoginMethod[] {
  const allowed = loginMethods.filter(([, ...keywords]) => keywords.every(isOn)).map(([method]) => method);
  if (preferred === undefined) return allowed;
  return preferred.flatMap(name => allowed.filter(method => method === name.trim()));
}

type PathReader = (text: string, line: ConfigLine) => string;

/** In the order of ssh; those for tokens (FIDO) are not tried by themselves. */
const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

function chooseFiles(lines: readonly ConfigLine[], path: PathReader): Pick<KeyChoice, 'files' | 'named'> {
  if (lines.length === 0) return { files: defaultKeys.map(name => `${ownHome()}/.ssh/${name}`), named: 'by-default' };
  const files = lines.filter(line => !isOff(line)).map(line => path(line.words.join(' '), line));
  return { files, named: lines[0]?.where === inventoryKey ? 'by-inventory' : 'by-config' };
}

/** The place of the key that an inventory names. */
export const inventoryKey = 'ansible_ssh_private_key_file';

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
  if (line === undefined) return fallback.map(expandHome);
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
