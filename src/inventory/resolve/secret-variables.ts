import { secretMark } from '../../document/ansible-marks.ts';
import type { JsonValue } from '../../model/json.ts';
import type { WrittenVariables } from '../written/written-inventory.ts';

/** Names under which Ansible's connection and become plugins take passwords. */
const secretNames = new Set([
  'ansible_become_pass',
  'ansible_become_password',
  'ansible_doas_pass',
  'ansible_doas_password',
  'ansible_pass',
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_ssh_private_key_passphrase',
  'ansible_private_key_passphrase',
  'ansible_su_pass',
  'ansible_sudo_pass',
  'ansible_vault_password',
]);

/** The variables for the templates of playbooks: what is a password, or came out of a vault, is marked as a secret. */
export function templateVariables(vars: WrittenVariables): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    [...vars].map(([name, { value, isVaulted }]) => [name, secretNames.has(name) || isVaulted ? secretMark : value]),
  );
}

/** The variables for everyone to see: sorted by name, and what is a password reads `[secret]`. */
export function publishVariables(vars: WrittenVariables): Readonly<Record<string, JsonValue>> {
  const names = [...vars.keys()].sort();
  // fromEntries makes own properties even of a name such as __proto__.
  return Object.fromEntries(
    names.map(name => [name, secretNames.has(name) ? '[secret]' : (vars.get(name)?.value ?? null)]),
  );
}
