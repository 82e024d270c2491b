import { dirname } from 'node:path';
import { unsafeText, vaultedText } from '../../document/ansible-marks.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ConnectionSettings } from '../../model/host.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { NamedProgram } from '../../model/program-trust.ts';
import { scalarText } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Confinement } from '../../process/confinement.ts';
import { createHostVariables, type HostVariables, type TemplateCache } from '../../template/host-variables.ts';
import { hasTemplate } from '../../template/template.ts';
import type { TemplateProblem } from '../../template/template-problem.ts';
import { hideSecrets } from '../vault/hide-secrets.ts';
import type { Vault } from '../vault/vault.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import { type ResolveVariable, readConnection } from './read-connection.ts';

/** What counts for connections besides the variables of the inventory. */
export interface ConnectionSource {
  /** Weaker than all else: -u, -K and the like. */
  readonly defaults?: JsonObject;
  /** Stronger than all else: -e. */
  readonly extraVars?: JsonObject;
  readonly vault?: Vault;
  readonly confinement?: Confinement;
}

export interface HostConnection {
  /** Of no use where there are errors among the problems. */
  readonly connection: ConnectionSettings;
  readonly problems: readonly Diagnostic[];
  /** What the variables have run on this machine, but for those of the command line. */
  readonly programs: readonly NamedProgram[];
}

interface Owner {
  readonly name: HostName;
  readonly groups: readonly GroupName[];
  readonly vars: WrittenVariables;
  /** What only templates see, and variables may hide: `inventory_dir` and its like. */
  readonly magic: JsonObject;
}

/** Reads how hosts are reached, templates and encrypted texts in it filled in from the host's own variables. */
export function createConnectionReader(source: ConnectionSource): (owner: Owner) => HostConnection {
  const { defaults = {}, extraVars = {}, vault, confinement } = source;
  const templates: TemplateCache = new Map();
  const weakest = fromCommandLine(defaults);
  const strongest = fromCommandLine(extraVars);
  const isGiven = new Set([...weakest, ...strongest]);
  const place = createPlacer();
  const nameOnce = createNamer();
  return ({ name, groups, vars, magic }) => {
    const all = layer(weakest, vars, strongest);
    let variables: HostVariables | undefined;
    const resolve: ResolveVariable = ({ name: variable, value }) => {
      const encrypted = vaultedText(value);
      if (encrypted !== undefined) return decrypt(vault, encrypted, variable);
      const unsafe = unsafeText(value);
      if (unsafe !== undefined) return ok(unsafe);
      if (typeof value !== 'string' || !hasTemplate(value)) return ok(scalarText(value) ?? value);
      variables ??= createHostVariables(
        { name, groups, vars: { ...magic, ...valuesOf(all) } },
        { playVars: {}, extraVars, ...(vault === undefined ? {} : { decrypt: text => decryptFor(vault, text) }) },
        templates,
      );
      const filled = variables.fill(value);
      if (filled.ok) return filled;
      const { message, cure } = filled.error;
      return err({
        code: filled.error.code,
        message: `${message} (in ${variable} of ${name})`,
        ...(cure ? { cure } : {}),
      });
    };
    const { connection, problems, programs } = readConnection(name, all, resolve);
    return {
      connection,
      problems: [
        ...problems.map(({ variable, diagnostic }) => place(variable, diagnostic)),
        ...judgeConfigFile(connection, all, confinement),
      ],
      programs: programs.flatMap(({ variable, what }) => (isGiven.has(variable) ? [] : nameOnce(variable, what))),
    };
  };
}

/** An ssh_config that `-F` names in the inventory. One of the command line is the user's own. */
function judgeConfigFile(
  connection: ConnectionSettings,
  vars: WrittenVariables,
  confinement: Confinement | undefined,
): readonly Diagnostic[] {
  const configFile = connection.kind === 'ssh' ? connection.args?.configFile : undefined;
  if (configFile === undefined || configFile.toLowerCase() === 'none') return [];
  const variable = sshArguments.map(name => vars.get(name)).find(one => /-\w*F/.test(String(one?.value)));
  const place = variable?.where();
  if (place === undefined || place.file === commandLine) return [];
  return confinement?.admit(configFile, { folder: dirname(place.file), place }).findings ?? [];
}

const sshArguments = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

const commandLine = 'command line';

function decryptFor(vault: Vault, text: string): Result<string, TemplateProblem> {
  const plain = vault.decrypt(text);
  return plain.ok ? plain : err({ code: 'encrypted-value', message: plain.error });
}

function decrypt(vault: Vault | undefined, encrypted: string, variable: string): ReturnType<ResolveVariable> {
  const code = 'encrypted-value';
  if (vault === undefined) {
    const cure = 'give --vault-password-file or --ask-vault-pass';
    return err({ code, message: `${variable} is encrypted by ansible-vault`, cure });
  }
  const plain = vault.decrypt(encrypted);
  return plain.ok ? plain : err({ code, message: `${variable} cannot be decrypted: ${plain.error}` });
}

/** One finding for one variable, however many hosts inherit it: its place is looked for only once. */
function createPlacer(): (variable: WrittenVariable, diagnostic: Diagnostic) => Diagnostic {
  const known = new WeakMap<WrittenVariable, Map<string, Diagnostic>>();
  return (variable, diagnostic) => {
    const own = known.get(variable) ?? new Map<string, Diagnostic>();
    known.set(variable, own);
    const earlier = own.get(diagnostic.message);
    if (earlier !== undefined) return earlier;
    // What a template is filled in with may be a password, or come out of the vault.
    const mayBeSecret = typeof variable.value === 'string' && hasTemplate(variable.value);
    const isSecret = mayBeSecret || variable.isVaulted === true || vaultedText(variable.value) !== undefined;
    const discreet = isSecret && diagnostic.code.startsWith('invalid-');
    const message = discreet ? `the value of ${variable.name} cannot be used` : diagnostic.message;
    const placed = { ...diagnostic, message, place: hideSecrets(variable.where()) };
    own.set(diagnostic.message, placed);
    return placed;
  };
}

/** The same for programs: one for one variable. */
function createNamer(): (variable: WrittenVariable, what: string) => NamedProgram {
  const known = new WeakMap<WrittenVariable, NamedProgram>();
  return (variable, what) => {
    const named = known.get(variable) ?? { what, place: hideSecrets(variable.where()) };
    known.set(variable, named);
    return named;
  };
}

function fromCommandLine(vars: JsonObject): readonly WrittenVariable[] {
  return Object.entries(vars).map(([name, value]) => {
    const where = () => ({ file: commandLine, line: 1, column: 1, endColumn: name.length + 1, text: name });
    return { name, value, where };
  });
}

function layer(
  weakest: readonly WrittenVariable[],
  vars: WrittenVariables,
  strongest: readonly WrittenVariable[],
): WrittenVariables {
  if (weakest.length === 0 && strongest.length === 0) return vars;
  const all = new Map<string, WrittenVariable>();
  for (const variable of weakest) all.set(variable.name, variable);
  for (const [name, variable] of vars) all.set(name, variable);
  for (const variable of strongest) all.set(variable.name, variable);
  return all;
}

function valuesOf(vars: WrittenVariables): Record<string, JsonValue> {
  return Object.fromEntries([...vars].map(([name, { value }]) => [name, value]));
}
