import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import type { Become, BecomeMethod, ConnectionSettings, SshArguments, WaitLimits } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import { parseDuration } from '../../model/parse-amounts.ts';
import type { Result } from '../../model/result.ts';
import { Secret } from '../../model/secret.ts';
import { expandHome } from '../../process/expand-home.ts';
import { splitWords } from '../../process/split-words.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import { optionsThatRun } from './options-that-run.ts';
import { readSshArgs } from './read-ssh-args.ts';

export interface ConnectionReading {
  /** Of no use where there are errors among the problems. */
  readonly connection: ConnectionSettings;
  /** Each with the variable that it is about, since thousands of hosts may inherit the same one. */
  readonly problems: readonly ConnectionProblem[];
  /** What the variables have run on this machine. */
  readonly programs: readonly ConnectionProgram[];
}

export interface ConnectionProblem {
  readonly variable: WrittenVariable;
  /** Still without its place. */
  readonly diagnostic: Diagnostic;
}

export interface ConnectionProgram {
  readonly variable: WrittenVariable;
  /** As of `NamedProgram`. */
  readonly what: string;
}

/** The value of a variable with its templates filled in; a failure is a problem of this host alone. */
export type ResolveVariable = (variable: WrittenVariable) => Result<JsonValue, Omit<Diagnostic, 'severity'>>;

/** A host's connection and become settings, from Ansible's variables. Of several aliases the last one listed wins. */
export function readConnection(name: HostName, vars: WrittenVariables, resolve: ResolveVariable): ConnectionReading {
  const settings = new Settings(vars, resolve);
  const kind = settings.text('ansible_connection') ?? 'ssh';
  const isLocal = kind === 'local' || kind === 'ansible.builtin.local';
  const become = readBecome(settings, isLocal ? 'here' : 'on the host');
  const limits = readLimits(settings);
  const common = { ...(become === undefined ? {} : { become }), ...(limits === undefined ? {} : { limits }) };
  const { problems, programs } = settings;
  if (isLocal) return { connection: { kind: 'local', ...common }, problems, programs };
  const client = sshClients[kind.replace('ansible.builtin.', '')];
  if (client === undefined) {
    const message = `tapbook cannot reach a host by "${kind}"`;
    settings.refuse(['ansible_connection'], 'invalid-connection', message, 'use ssh, openssh or local');
  }
  const args = readArgs(settings);
  const port = settings.port('ansible_port', 'ansible_ssh_port');
  const user = settings.text('ansible_user', 'ansible_ssh_user');
  const privateKeyFile = settings.text('ansible_private_key_file', 'ansible_ssh_private_key_file');
  const knownHostsFile = settings.text('tapbook_known_hosts_file');
  const hostKeyChecking =
    settings.truth('ansible_ssh_host_key_checking') ?? settings.truth('ansible_host_key_checking');
  const password = settings.text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password');
  const connection: ConnectionSettings = {
    kind: 'ssh',
    client: client ?? 'any',
    address: readAddress(settings) ?? withoutBrackets(name),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile: expandHome(privateKeyFile) }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile: expandHome(knownHostsFile) }),
    ...(hostKeyChecking === undefined ? {} : { hostKeyChecking }),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...(args === undefined ? {} : { args }),
    ...common,
  };
  return { connection, problems, programs };
}

/** All of Ansible's words for SSH leave the choice to us; `openssh` is tapbook's own. */
const sshClients: Readonly<Record<string, 'any' | 'openssh'>> = {
  openssh: 'openssh',
  paramiko: 'any',
  paramiko_ssh: 'any',
  smart: 'any',
  ssh: 'any',
};

function readLimits(settings: Settings): WaitLimits | undefined {
  // Ansible's 0 is no limit: that is what is not said.
  const connectSeconds =
    settings.seconds('ansible_timeout', 'ansible_ssh_timeout', 'tapbook_connect_timeout') || undefined;
  const limits = {
    ...optional('connectSeconds', connectSeconds),
    ...optional('probeSeconds', settings.seconds('tapbook_probe_timeout')),
    ...optional('commandSeconds', settings.seconds('tapbook_command_timeout')),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** In the order in which Ansible gives them to `ssh`; what its variables say stands behind the first of them. */
function readArgs(settings: Settings): SshArguments | undefined {
  const read = (name: string): SshArguments => {
    const args = readSshArgs(settings.text(name) ?? '');
    if (args.ok) {
      settings.run([name], optionsThatRun(args.value));
      return args.value;
    }
    settings.refuse([name], 'invalid-variable', args.error, 'write options as on the command line of ssh');
    return { words: [], options: [] };
  };
  const first = read('ansible_ssh_args');
  const all = [first, read('ansible_ssh_common_args'), read('ansible_ssh_extra_args')];
  const words = all.flatMap(one => one.words);
  if (words.length === 0) return undefined;
  const configFile = all.find(one => one.configFile !== undefined)?.configFile;
  return {
    leading: { words: first.words.length, options: first.options.length },
    words,
    options: all.flatMap(one => one.options),
    ...(configFile === undefined ? {} : { configFile }),
  };
}

function readAddress(settings: Settings): string | undefined {
  const names = ['ansible_host', 'ansible_ssh_host'];
  const written = settings.text(...names);
  if (written === undefined) return undefined;
  if (/^[^\s\p{Cc}]+$/u.test(written)) return withoutBrackets(written);
  settings.refuse(names, 'invalid-variable', `"${written}" is no address`, 'write a name or an address');
  return undefined;
}

function readBecome(settings: Settings, where: 'here' | 'on the host'): Become | undefined {
  if (settings.truth('ansible_become') !== true) return undefined;
  const written = (settings.text('ansible_become_method') ?? 'sudo').replace(
    /^(?:ansible\.builtin|community\.general)\./,
    '',
  );
  const method = becomeMethods.find(known => known === written);
  if (method === undefined) {
    const message = `tapbook cannot become another user by "${written}"`;
    settings.refuse(['ansible_become_method'], 'invalid-become', message, 'use sudo, su or doas');
  }
  const own = (what: string): readonly string[] => [`ansible_become_${what}`, `ansible_${method ?? 'sudo'}_${what}`];
  const password = settings.text('ansible_become_password', ...own('pass'));
  const program = settings.text(...own('exe'));
  const flags = splitWords(settings.text(...own('flags')) ?? '');
  if (!flags.ok)
    settings.refuse(own('flags'), 'invalid-variable', flags.error.message, 'write options as on a command line');
  if (where === 'here') for (const what of ['exe', 'flags']) settings.run(own(what), ['become, on this machine']);
  return {
    method: method ?? 'sudo',
    user: settings.text(...own('user')) ?? 'root',
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...(program === undefined ? {} : { program }),
    ...(flags.ok && flags.value.length > 0 ? { flags: flags.value.map(word => word.text) } : {}),
  };
}

const becomeMethods: readonly BecomeMethod[] = ['sudo', 'su', 'doas'];

/** IPv6 is bracketed where a port may follow. */
function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

/** Reads single variables and keeps what is wrong with them. */
class Settings {
  readonly problems: ConnectionProblem[] = [];
  readonly programs: ConnectionProgram[] = [];
  readonly #vars: WrittenVariables;
  readonly #resolve: ResolveVariable;
  readonly #resolved = new Map<WrittenVariable, JsonValue | undefined>();

  constructor(vars: WrittenVariables, resolve: ResolveVariable) {
    this.#vars = vars;
    this.#resolve = resolve;
  }

  /** A number is fine for a user or a host; an empty text and null are nothing. */
  text(...names: readonly string[]): string | undefined {
    const variable = this.#find(names);
    if (variable === undefined) return undefined;
    const value = this.#valueOf(variable);
    if (typeof value === 'number') return String(value);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    this.refuse(names, 'invalid-variable', `${variable.name} is no text`, 'write it in quotes');
    return undefined;
  }

  port(...names: readonly string[]): number | undefined {
    const written = this.text(...names);
    if (written === undefined) return undefined;
    const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
    if (port >= 1 && port <= 65_535) return port;
    this.refuse(names, 'invalid-variable', `"${written}" is no port`, 'write a number from 1 to 65535');
    return undefined;
  }

  /** A number of seconds, or a duration such as `2m`; up to a day. */
  seconds(...names: readonly string[]): number | undefined {
    const written = this.text(...names);
    if (written === undefined) return undefined;
    const seconds = parseDuration(/^\d+$/.test(written) ? Number(written) : written);
    const least = names.some(name => name.startsWith('ansible_')) ? 0 : 1;
    if (seconds !== undefined && seconds >= least && seconds <= 86_400) return seconds;
    this.refuse(
      names,
      'invalid-variable',
      `"${written}" is no duration from a second to a day`,
      'write seconds, or 90s or 2m',
    );
    return undefined;
  }

  /** Ansible's words for true and false. */
  truth(name: string): boolean | undefined {
    const variable = this.#find([name]);
    const value = variable === undefined ? undefined : this.#valueOf(variable);
    if (value === undefined || typeof value === 'boolean') return value;
    const word = this.text(name)?.toLowerCase();
    if (word === undefined) return undefined;
    if (['y', 'yes', 'on', '1', 'true', 't'].includes(word)) return true;
    if (['n', 'no', 'off', '0', 'false', 'f'].includes(word)) return false;
    this.refuse([name], 'invalid-variable', `${name} is neither true nor false`, 'write true or false');
    return undefined;
  }

  refuse(names: readonly string[], code: DiagnosticCode, message: string, cure: string): void {
    this.#note(names, { severity: 'error', code, message, cure });
  }

  /** Notes that a variable, if it is set, has something run on this machine; `ways` say how. */
  run(names: readonly string[], ways: readonly string[]): void {
    const variable = this.#find(names);
    if (variable === undefined || ways.length === 0) return;
    this.programs.push({ variable, what: `what ${variable.name} names (${ways.join(', ')})` });
  }

  #note(names: readonly string[], diagnostic: Diagnostic): void {
    const variable = this.#find(names);
    if (variable !== undefined) this.problems.push({ variable, diagnostic });
  }

  /** Undefined where the value cannot be had, which has been noted then. */
  #valueOf(variable: WrittenVariable): JsonValue | undefined {
    if (this.#resolved.has(variable)) return this.#resolved.get(variable);
    const resolved = this.#resolve(variable);
    if (!resolved.ok) this.problems.push({ variable, diagnostic: { severity: 'error', ...resolved.error } });
    const value = resolved.ok ? resolved.value : undefined;
    this.#resolved.set(variable, value);
    return value;
  }

  /** Ansible lists the aliases of a setting from the weakest to the strongest. */
  #find(names: readonly string[]): WrittenVariable | undefined {
    return names.map(name => this.#vars.get(name)).findLast(variable => (variable?.value ?? null) !== null);
  }
}
