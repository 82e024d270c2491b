import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../model/result.ts';
import type { Secret } from '../../model/secret.ts';

/** Decrypts texts of `ansible-vault`. */
export interface Vault {
  /** The plain text, or why it stays closed: a sentence without a full stop. Indented lines are fine, as YAML has them. */
  decrypt(text: string): Result<string, string>;
}

/** A vault password and the label that `--vault-id label@source` gave it; without one it is `default`. */
export interface VaultSecret {
  readonly id: string;
  readonly password: Secret;
}

export function isVaultText(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

/**
 * As in Ansible, passwords whose id is the text's own are tried first, then all the others in their order. The format:
 * https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html#ansible-vault-payload-format-1-1-1-2
 */
export function openVault(secrets: readonly VaultSecret[]): Vault {
  const keyrings = secrets.map(({ id, password }) => ({ id, keysFor: rememberKeys(password) }));
  return {
    decrypt(text) {
      const envelope = parseEnvelope(text);
      if (!envelope.ok) return envelope;
      const { id, payload } = envelope.value;
      const own = keyrings.filter(keyring => keyring.id === id);
      const others = keyrings.filter(keyring => keyring.id !== id);
      for (const { keysFor } of [...own, ...others]) {
        const plain = decryptPayload(payload, keysFor(payload.salt));
        if (plain !== undefined) return plain;
      }
      return err(explainNoFit(keyrings.length, own.length, id));
    },
  };
}

interface Envelope {
  readonly id: string;
  readonly payload: Payload;
}

interface Payload {
  readonly salt: Buffer;
  readonly hmac: Buffer;
  /** Whole blocks of AES. */
  readonly ciphertext: Buffer;
}

interface Keys {
  readonly cipher: Buffer;
  readonly hmac: Buffer;
  readonly iv: Buffer;
}

const defaultId = 'default';
const damaged = 'the vault text is damaged or cut off';

/** `$ANSIBLE_VAULT;1.1;AES256` or `$ANSIBLE_VAULT;1.2;AES256;label`, then the payload in lines of hexadecimal digits. */
function parseEnvelope(text: string): Result<Envelope, string> {
  if (!isVaultText(text)) return err('this is no vault text');
  const [header = '', ...body] = text.split(/\r?\n/).map(line => line.trim());
  const [, version = '', cipher = '', id = defaultId] = header.split(';').map(word => word.trim());
  if (!/^\d+\.\d+$/.test(version) || !/^\w{1,30}$/.test(cipher)) return err('the header of the vault text is damaged');
  if (cipher !== 'AES256') return err(`the vault text is encrypted with ${cipher}, and only AES256 can be read`);
  if (version !== '1.1' && version !== '1.2') {
    return err(`the vault text has format ${version}, and only 1.1 and 1.2 can be read`);
  }
  // The salt, the HMAC and the ciphertext, each in hexadecimal digits, and the three lines once more.
  const parts = readHex(body.join(''))?.toString('latin1').split('\n').map(readHex);
  const [salt, hmac, ciphertext, ...rest] = parts ?? [];
  const isWhole = rest.length === 0 && hmac?.length === 32 && ciphertext !== undefined && ciphertext.length % 16 === 0;
  if (!isWhole || salt === undefined || ciphertext.length === 0) return err(damaged);
  return ok({ id, payload: { salt, hmac, ciphertext } });
}

function readHex(text: string): Buffer | undefined {
  return text !== '' && /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Deriving costs about 10 ms, and a value of a group is opened once for each of its hosts. */
function rememberKeys(password: Secret): (salt: Buffer) => Keys {
  const known = new Map<string, Keys>();
  return salt => {
    const name = salt.toString('hex');
    const keys = known.get(name) ?? deriveKeys(password, salt);
    known.set(name, keys);
    return keys;
  };
}

function deriveKeys(password: Secret, salt: Buffer): Keys {
  const bytes = pbkdf2Sync(password.reveal(), salt, 10_000, 80, 'sha256');
  return { cipher: bytes.subarray(0, 32), hmac: bytes.subarray(32, 64), iv: bytes.subarray(64) };
}

/** Undefined where these are not the right keys. */
function decryptPayload({ hmac, ciphertext }: Payload, keys: Keys): Result<string, string> | undefined {
  const expected = createHmac('sha256', keys.hmac).update(ciphertext).digest();
  if (!timingSafeEqual(hmac, expected)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.iv);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  const end = padded.length - padding;
  // CTR leaves the padding (PKCS7) to us.
  if (padding < 1 || padding > 16 || padded.subarray(end).some(byte => byte !== padding)) return err(damaged);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(padded.subarray(0, end)));
  } catch {
    return err('what the vault text holds is no UTF-8 text');
  }
}

function explainNoFit(all: number, own: number, id: string): string {
  if (all === 0) return 'it is encrypted, and no vault password was given';
  const none = id === defaultId || own > 0 ? '' : `, and none was given for the vault id ${JSON.stringify(id)}`;
  return all === 1 ? `the vault password is wrong${none}` : `none of the ${all} vault passwords is right${none}`;
}
