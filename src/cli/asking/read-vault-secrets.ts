import { isVaultText, openVault, type VaultSecret } from '../../inventory/vault/vault.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { Secret } from '../../model/secret.ts';
import type { VaultOptions } from '../arguments/options/vault-options.ts';
import { ask } from './ask.ts';
import { isClientScript, readPasswordFile } from './read-password-file.ts';

/**
 * The vault passwords in Ansible's order: of `--vault-id`, `--vault-password-file`, $ANSIBLE_VAULT_PASSWORD_FILE and
 * `--ask-vault-pass`. Ansible goes on without a password that it cannot read; here that is an error.
 */
export async function readVaultSecrets(
  options: VaultOptions,
  environmentFile: string | undefined,
  signal: AbortSignal,
): Promise<Result<readonly VaultSecret[], Diagnostic>> {
  const files = [...(options.vaultPasswordFile ?? []), ...(environmentFile ? [environmentFile] : [])];
  const sources: readonly Source[] = [
    ...(options.vaultId ?? []).map(parseVaultId),
    ...files.map(path => ({ kind: 'file', label: defaultLabel, path }) as const),
    ...(options.askVaultPass ? [{ kind: 'prompt', label: defaultLabel, prompt: 'Vault password: ' } as const] : []),
  ];
  const secrets: VaultSecret[] = [];
  for (const source of sources) {
    const password = source.kind === 'file' ? await readFrom(source, secrets, signal) : await askFor(source, signal);
    if (!password.ok) return password;
    secrets.push({ id: source.label ?? defaultLabel, password: password.value });
  }
  return ok(secrets);
}

type Source = PromptSource | FileSource;

interface PromptSource {
  readonly kind: 'prompt';
  readonly label: string;
  readonly prompt: string;
}

interface FileSource {
  readonly kind: 'file';
  readonly label: string | undefined;
  readonly path: string;
}

const defaultLabel = 'default';

/** `[label@]source`; the source is a file or `prompt`. */
function parseVaultId(text: string): Source {
  const at = text.indexOf('@');
  const label = at === -1 ? undefined : text.slice(0, at);
  const source = text.slice(at + 1);
  if (source !== 'prompt') return { kind: 'file', label, path: source };
  const id = label === undefined || label === '' ? defaultLabel : label;
  return { kind: 'prompt', label: id, prompt: `Vault password (${id}): ` };
}

async function askFor({ prompt }: PromptSource, signal: AbortSignal): Promise<Result<Secret, Diagnostic>> {
  const answer = await ask({
    answer: 'hidden',
    prompt,
    what: 'vault password',
    cure: 'give --vault-password-file',
    signal,
  });
  if (!answer.ok) return answer;
  const password = answer.value.reveal().trim();
  return password === '' ? refuse('the vault password is empty') : ok(new Secret(password));
}

/** The file itself may be encrypted with one of the passwords before it. */
async function readFrom(
  { label, path }: FileSource,
  known: readonly VaultSecret[],
  signal: AbortSignal,
): Promise<Result<Secret, Diagnostic>> {
  const args = isClientScript(path) && label ? ['--vault-id', label] : [];
  const content = await readPasswordFile(path, { args, signal });
  if (!content.ok) return refuse(content.error);
  if (!isVaultText(content.value)) return ok(new Secret(content.value));
  const opened = openVault(known).decrypt(content.value);
  if (!opened.ok) return refuse(`cannot open ${path}: ${opened.error}`);
  const password = opened.value.replace(/^[\r\n]+|[\r\n]+$/g, '');
  return password === '' ? refuse(`${path} holds no password`) : ok(new Secret(password));
}

function refuse(message: string): Result<never, Diagnostic> {
  const cure = 'give --vault-password-file or --vault-id with a file that holds the password, or -J to be asked';
  return err({ severity: 'error', code: 'no-password', message, cure });
}
