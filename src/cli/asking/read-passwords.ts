import { resolve } from 'node:path';
import type { Passwords } from '../../engine/sources/requests.ts';
import { openVault } from '../../inventory/vault/vault.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { JsonObject } from '../../model/json.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectionOptions } from '../arguments/options/connection-options.ts';
import { ask } from './ask.ts';
import { readPasswordFile, readPasswordInput } from './read-password-file.ts';
import { readVaultSecrets } from './read-vault-secrets.ts';

/**
 * Reads and asks for everything that the options name, each once, in the order vault, connection, become. Throws the
 * reason of `signal`.
 */
export async function readPasswords(
  options: ConnectionOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result<Passwords, readonly Diagnostic[]>> {
  const secrets = await readVaultSecrets(options, process.env['ANSIBLE_VAULT_PASSWORD_FILE'], signal);
  if (!secrets.ok) return err([secrets.error]);
  if (options.connectionPasswordFile === '-' && options.becomePasswordFile === '-') {
    const message = 'standard input can hold one password only';
    const cure = 'give --become-password-file or --connection-password-file another file';
    return err([{ severity: 'error', code: 'no-password', message, cure }]);
  }
  const connection = await readPassword(connectionPassword(options), signal);
  if (!connection.ok) return err([connection.error]);
  const become = await readPassword(becomePassword(options), signal);
  if (!become.ok) return err([become.error]);
  const isDefault = options.askPass === true && options.askBecomePass === true && become.value === '';
  const vault = secrets.value.length === 0 ? undefined : openVault(secrets.value);
  const passwords = { connection: connection.value, become: isDefault ? connection.value : become.value };
  return ok({ vault, connectionDefaults: toVariables(options, passwords) });
}

interface Wanted {
  readonly what: string;
  readonly prompt: string | undefined;
  readonly file: string | undefined;
  readonly fileOption: string;
}

function connectionPassword({ askPass, connectionPasswordFile }: ConnectionOptions): Wanted {
  return {
    what: 'connection password',
    prompt: askPass ? 'SSH password: ' : undefined,
    file: connectionPasswordFile,
    fileOption: '--connection-password-file',
  };
}

function becomePassword({ askPass, askBecomePass, becomePasswordFile }: ConnectionOptions): Wanted {
  const prompt = askPass ? 'BECOME password[defaults to SSH password]: ' : 'BECOME password: ';
  return {
    what: 'become password',
    prompt: askBecomePass ? prompt : undefined,
    file: becomePasswordFile,
    fileOption: '--become-password-file',
  };
}

/** Empty where no password is wanted, or none was typed. */
async function readPassword(wanted: Wanted, signal: AbortSignal): Promise<Result<string, Diagnostic>> {
  const { what, prompt, file, fileOption } = wanted;
  if (prompt !== undefined) {
    const answer = await ask({ answer: 'hidden', prompt, what, cure: `give ${fileOption}`, signal });
    return answer.ok ? ok(answer.value.reveal()) : answer;
  }
  if (file === undefined) return ok('');
  const content = file === '-' ? await readPasswordInput(signal) : await readPasswordFile(file, { signal });
  if (content.ok) return ok(content.value.split(/\r?\n/, 1)[0] ?? '');
  const cure = `give ${fileOption} a file whose first line is the password`;
  return err({ severity: 'error', code: 'no-password', message: content.error, cure });
}

/** Uses the weakest alias of each setting, so that any alias in the inventory wins. */
function toVariables(
  options: ConnectionOptions,
  { connection, become }: { readonly connection: string; readonly become: string },
): JsonObject {
  const { privateKey } = options;
  const given: readonly (readonly [name: string, value: string | number | true | undefined])[] = [
    ['ansible_user', options.user],
    ['ansible_private_key_file', privateKey?.startsWith('~') ? privateKey : privateKey && resolve(privateKey)],
    ['ansible_password', connection],
    ['ansible_ssh_common_args', options.sshCommonArgs],
    ['ansible_ssh_extra_args', options.sshExtraArgs],
    ['ansible_timeout', options.connectTimeout],
    ['tapbook_probe_timeout', options.probeTimeout],
    ['tapbook_command_timeout', options.commandTimeout],
    ['ansible_become', options.become === true ? true : undefined],
    ['ansible_become_user', options.becomeUser],
    ['ansible_become_method', options.becomeMethod],
    ['ansible_become_password', become],
  ];
  return Object.fromEntries(given.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
