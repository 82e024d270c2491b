import { homedir } from 'node:os';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Become, ConnectionSettings } from '../model/host.ts';
import type { HostName } from '../model/ids.ts';
import { Secret } from '../model/secret.ts';
import type { WrittenVariable, WrittenVariables } from './written-inventory.ts';

export interface ConnectionReading {
  /** Of no use where there are errors among the problems. */
  readonly connection: ConnectionSettings;
  /** Each with the variable that it is about, since thousands of hosts may inherit the same one. */
  readonly problems: readonly ConnectionProblem[];
}

export interface ConnectionProblem {
  readonly variable: WrittenVariable;
  /** Still without its place. */
  readonly diagnostic: Diagnostic;
}

/** How to reach a host and whom to become there, by Ansible's variables. Of several aliases the last one listed wins. */
export function readConnection(name: HostName, vars: WrittenVariables): ConnectionReading {
  const settings = new Settings(vars);
  const kind = settings.text('ansible_connection') ?? 'ssh';
  const become = readBecome(settings);
  const optionalBecome = become === undefined ? {} : { become };
  if (kind === 'local' || kind === 'ansible.builtin.local') {
    return { connection: { kind: 'local', ...optionalBecome }, problems: settings.problems };
  }
  if (!sshConnections.includes(kind.replace('ansible.builtin.', ''))) {
    const message = `tapbook cannot reach a host by "${kind}"`;
    settings.refuse(['ansible_connection'], 'invalid-connection', message, 'use ssh or local');
  }
  const user = settings.text('ansible_user', 'ansible_ssh_user');
  const privateKeyFile = settings.text('ansible_private_key_file', 'ansible_ssh_private_key_file');
  const knownHostsFile = settings.text('tapbook_known_hosts_file');
  for (const ignored of ignoredSettings) settings.warnOf(ignored);
  const connection: ConnectionSettings = {
    kind: 'ssh',
    address: readAddress(settings) ?? withoutBrackets(name),
    port: settings.port('ansible_port', 'ansible_ssh_port') ?? 22,
    ...(user === undefined ? {} : { user }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile: expandHome(privateKeyFile) }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile: expandHome(knownHostsFile) }),
    ...optionalBecome,
  };
  return { connection, problems: settings.problems };
}

/** All of them mean SSH; tapbook has one way to speak it. */
const sshConnections = ['ssh', 'smart', 'paramiko', 'paramiko_ssh'];

/** They change how Ansible connects, and silence about them would cost someone an afternoon. */
const ignoredSettings = [
  'ansible_password',
  'ansible_ssh_args',
  'ansible_ssh_common_args',
  'ansible_ssh_extra_args',
  'ansible_ssh_pass',
  'ansible_ssh_password',
];

function readAddress(settings: Settings): string | undefined {
  const names = ['ansible_host', 'ansible_ssh_host'];
  const written = settings.text(...names);
  if (written === undefined) return undefined;
  if (/^[^\s\p{Cc}]+$/u.test(written)) return withoutBrackets(written);
  settings.refuse(names, 'invalid-variable', `"${written}" is no address`, 'write a name or an address');
  return undefined;
}

function readBecome(settings: Settings): Become | undefined {
  if (settings.truth('ansible_become') !== true) return undefined;
  const method = settings.text('ansible_become_method') ?? 'sudo';
  if (method !== 'sudo' && method !== 'ansible.builtin.sudo') {
    const message = `becoming another user by "${method}" is not supported by this version`;
    settings.refuse(['ansible_become_method'], 'invalid-become', message, 'use sudo');
  }
  const user = settings.text('ansible_become_user', 'ansible_sudo_user') ?? 'root';
  const password = settings.text('ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass');
  return { method: 'sudo', user, ...(password === undefined ? {} : { password: new Secret(password) }) };
}

/** IPv6 is bracketed where a port may follow. */
function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path;
}

/** Reads single variables and keeps what is wrong with them. */
class Settings {
  readonly problems: ConnectionProblem[] = [];
  readonly #vars: WrittenVariables;

  constructor(vars: WrittenVariables) {
    this.#vars = vars;
  }

  /** A number is fine for a user or a host; an empty text and null are nothing. */
  text(...names: readonly string[]): string | undefined {
    const variable = this.#find(names);
    if (variable === undefined) return undefined;
    const { name, value } = variable;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') {
      this.refuse(names, 'invalid-variable', `${name} is no text`, 'write it in quotes');
      return undefined;
    }
    if (/\{[{%]/.test(value)) {
      const message = `templates in ${name} are not supported by this version`;
      this.refuse(names, 'unsupported-template', message, 'write the value itself');
      return undefined;
    }
    return value === '' ? undefined : value;
  }

  port(...names: readonly string[]): number | undefined {
    const written = this.text(...names);
    if (written === undefined) return undefined;
    const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
    if (port >= 1 && port <= 65_535) return port;
    this.refuse(names, 'invalid-variable', `"${written}" is no port`, 'write a number from 1 to 65535');
    return undefined;
  }

  /** Ansible's words for true and false. */
  truth(name: string): boolean | undefined {
    const value = this.#find([name])?.value;
    if (value === undefined || typeof value === 'boolean') return value;
    const word = this.text(name)?.toLowerCase();
    if (word === undefined) return undefined;
    if (['y', 'yes', 'on', '1', 'true', 't'].includes(word)) return true;
    if (['n', 'no', 'off', '0', 'false', 'f'].includes(word)) return false;
    this.refuse([name], 'invalid-variable', `${name} is neither true nor false`, 'write true or false');
    return undefined;
  }

  refuse(names: readonly string[], code: string, message: string, cure: string): void {
    this.#note(names, { severity: 'error', code, message, cure });
  }

  warnOf(name: string): void {
    const message = `${name} is not read by this version: the connection is made without it`;
    this.#note([name], { severity: 'warning', code: 'ignored-variable', message });
  }

  #note(names: readonly string[], diagnostic: Diagnostic): void {
    const variable = this.#find(names);
    if (variable !== undefined) this.problems.push({ variable, diagnostic });
  }

  /** Ansible lists the aliases of a setting from the weakest to the strongest. */
  #find(names: readonly string[]): WrittenVariable | undefined {
    return names.map(name => this.#vars.get(name)).findLast(variable => (variable?.value ?? null) !== null);
  }
}
