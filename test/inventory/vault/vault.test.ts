import { execFileSync } from 'node:child_process';
import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isVaultText, openVault, type Vault } from '../../../src/inventory/vault/vault.ts';
import { Secret } from '../../../src/model/secret.ts';

/** Made by ansible-vault 2.14 with `right password`; the one in format 1.2 for the vault id `prod`. */
const fixture = (name: string): Promise<string> => readFile(new URL(`${name}.txt`, import.meta.url), 'utf8');

const vaultOf = (...passwords: readonly (readonly [id: string, password: string])[]): Vault =>
  openVault(passwords.map(([id, password]) => ({ id, password: new Secret(password) })));
const right = vaultOf(['default', 'right password']);
const plain = { ok: true, value: 'ansible_become_password: "s3cret ü"\nother: 1\n' };

describe('opens', () => {
  it('format 1.1 and 1.2', async () => {
    expect(right.decrypt(await fixture('v11'))).toEqual(plain);
    expect(right.decrypt(await fixture('v12'))).toEqual(plain);
    expect(right.decrypt(await fixture('empty'))).toEqual({ ok: true, value: '' });
  });

  it('indented lines, lines with CR, and none at the end', async () => {
    const text = await fixture('v12');
    for (const written of [text.replaceAll('\n', '\n    '), text.replaceAll('\n', '\r\n'), text.trimEnd()]) {
      expect(right.decrypt(written)).toEqual(plain);
    }
  });

  it('with the password whose id fits, or with any other', async () => {
    const text = await fixture('v12');
    expect(vaultOf(['dev', 'a'], ['prod', 'right password']).decrypt(text)).toEqual(plain);
    expect(vaultOf(['dev', 'right password'], ['prod', 'b'], ['prod', 'c']).decrypt(text)).toEqual(plain);
  });

  it('the same text again', async () => {
    const text = await fixture('v11');
    const vault = vaultOf(['default', 'wrong'], ['default', 'right password']);
    expect([vault.decrypt(text), vault.decrypt(text)]).toEqual([plain, plain]);
  });

  it('texts of many lengths that ansible-vault makes', { timeout: 300_000 }, async ({ skip }) => {
    if (!hasAnsibleVault()) skip('ansible-vault is not installed');
    const folder = await mkdtemp(join(tmpdir(), 'tapbook-vault-'));
    try {
      await writeFile(join(folder, 'password'), 'pässwörd 😀 $\n');
      const vault = vaultOf(['default', 'pässwörd 😀 $']);
      for (const length of [1, 15, 16, 17, 4_000]) {
        const value = '日'.repeat(length);
        const argv = ['encrypt_string', '--vault-password-file', join(folder, 'password'), '--', value];
        const printed = execFileSync('ansible-vault', argv, {
          encoding: 'utf8',
          env: { ...process.env, HOME: folder },
        });
        expect(vault.decrypt(printed.slice(printed.indexOf('$ANSIBLE_VAULT;')))).toEqual({ ok: true, value });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('says', () => {
  const why = (vault: Vault, text: string): string => {
    const result = vault.decrypt(text);
    return result.ok ? `opened: ${result.value}` : result.error;
  };

  it('that no password fits', async () => {
    const [v11, v12] = [await fixture('v11'), await fixture('v12')];
    expect([
      why(vaultOf(), v11),
      why(vaultOf(['default', 'wrong']), v11),
      why(vaultOf(['default', 'right password ']), v11),
      why(vaultOf(['prod', 'wrong']), v12),
      why(vaultOf(['dev', 'wrong']), v12),
      why(vaultOf(['default', 'wrong'], ['dev', 'x']), v11),
      why(vaultOf(['a', 'wrong'], ['b', 'x'], ['c', '']), v12),
    ]).toMatchInlineSnapshot(`
      [
        "it is encrypted, and no vault password was given",
        "the vault password is wrong",
        "the vault password is wrong",
        "the vault password is wrong",
        "the vault password is wrong, and none was given for the vault id "prod"",
        "none of the 2 vault passwords is right",
        "none of the 3 vault passwords is right, and none was given for the vault id "prod"",
      ]
    `);
  });

  it('what is wrong with the text', async () => {
    const text = await fixture('v11');
    const header = text.slice(0, text.indexOf('\n') + 1);
    const edited = (from: string | RegExp, to: string): string => why(right, text.replace(from, to));
    expect({
      'no vault text': why(right, 'a: 1\n'),
      'AES of format 1.0': edited('1.1;AES256', '1.0;AES'),
      'another format': edited('1.1', '2.0'),
      'another cipher': edited('AES256', 'SERPENT'),
      'a mangled header': edited('1.1;AES256', '1.1'),
      'control characters in it': edited('AES256', '\x1b[31m'),
      'nothing behind the header': why(right, header),
      'another first line': edited('$ANSIBLE_VAULT;1.1', '$ANSIBLE_VAULT;'),
      'an odd number of digits': why(right, text.trimEnd().slice(0, -1)),
      'the last line cut off': why(right, text.trimEnd().slice(0, text.trimEnd().lastIndexOf('\n'))),
      'cut in the salt': why(right, header + text.slice(header.length, header.length + 40)),
      'no digit': edited('303', '3g3'),
      'not text': why(right, await fixture('bytes')),
      'padding that does not fit': why(right, closeByHand(Buffer.alloc(16, 17))),
      'no ciphertext': why(right, closeByHand(Buffer.alloc(0))),
    }).toMatchInlineSnapshot(`
      {
        "AES of format 1.0": "the vault text is encrypted with AES, and only AES256 can be read",
        "a mangled header": "the header of the vault text is damaged",
        "an odd number of digits": "the vault text is damaged or cut off",
        "another cipher": "the vault text is encrypted with SERPENT, and only AES256 can be read",
        "another first line": "the header of the vault text is damaged",
        "another format": "the vault text has format 2.0, and only 1.1 and 1.2 can be read",
        "control characters in it": "the header of the vault text is damaged",
        "cut in the salt": "the vault text is damaged or cut off",
        "no ciphertext": "the vault text is damaged or cut off",
        "no digit": "the vault text is damaged or cut off",
        "no vault text": "this is no vault text",
        "not text": "what the vault text holds is no UTF-8 text",
        "nothing behind the header": "the vault text is damaged or cut off",
        "padding that does not fit": "the vault text is damaged or cut off",
        "the last line cut off": "the vault text is damaged or cut off",
      }
    `);
  });
});

it('knows a vault text by its beginning', () => {
  expect(['$ANSIBLE_VAULT;1.1;AES256\n30', '$ANSIBLE_VAULT', ' $ANSIBLE_VAULT;', ''].map(isVaultText)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

/** A vault text with a right HMAC, whatever is in it. */
function closeByHand(padded: Buffer): string {
  const salt = Buffer.alloc(32, 7);
  const keys = pbkdf2Sync('right password', salt, 10_000, 80, 'sha256');
  const cipher = createCipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64));
  const ciphertext = cipher.update(padded);
  const hmac = createHmac('sha256', keys.subarray(32, 64)).update(ciphertext).digest();
  const inner = [salt, hmac, ciphertext].map(part => part.toString('hex')).join('\n');
  return `$ANSIBLE_VAULT;1.1;AES256\n${Buffer.from(inner).toString('hex')}\n`;
}

function hasAnsibleVault(): boolean {
  try {
    execFileSync('ansible-vault', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
