import { unsafeText, vaultedText } from '../../document/ansible-marks.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { publishVariables } from '../resolve/secret-variables.ts';
import type { Vault } from '../vault/vault.ts';
import type { WrittenVariables } from '../written/written-inventory.ts';

/** Whether passwords and what came out of a vault are printed as they are. */
export type Secrets = 'hidden' | 'shown';

const hidden = '[secret]';

/**
 * Variables as `ansible-inventory` exports them: what it sets itself is left out, and texts that are still encrypted
 * stay so. Values that are secret read `[secret]` unless they are asked for.
 */
export function exportVariables(vars: WrittenVariables, secrets: Secrets): JsonObject {
  const discreet = secrets === 'hidden' ? publishVariables(vars) : {};
  const entries: [string, JsonValue][] = [];
  for (const [name, { value, isVaulted }] of vars) {
    if (internalNames.has(name)) continue;
    const isSecret = secrets === 'hidden' && (isVaulted === true || (discreet[name] === hidden && value !== hidden));
    entries.push([name, isSecret ? hidden : value]);
  }
  return Object.fromEntries(entries);
}

/** As a person reads them: without Ansible's marks, and encrypted texts hidden, or decrypted where that can be done. */
export function readableVariables(vars: WrittenVariables, secrets: Secrets, vault: Vault | undefined): JsonObject {
  const exported = exportVariables(vars, secrets);
  return Object.fromEntries(
    Object.entries(exported).map(([name, value]) => [name, withoutMarks(value, secrets, vault)]),
  );
}

function withoutMarks(value: JsonValue, secrets: Secrets, vault: Vault | undefined): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const encrypted = vaultedText(value);
  if (encrypted !== undefined) {
    const plain = secrets === 'shown' ? vault?.decrypt(encrypted) : undefined;
    return plain?.ok ? plain.value : hidden;
  }
  const unsafe = unsafeText(value);
  if (unsafe !== undefined) return unsafe;
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutMarks(child, secrets, vault)]));
  }
  return value.map(child => withoutMarks(child, secrets, vault));
}

/** Variables that Ansible sets itself and never exports. */
const internalNames = new Set([
  'ansible_config_file',
  'ansible_diff_mode',
  'ansible_facts',
  'ansible_forks',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_playbook_python',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'group_names',
  'groups',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'omit',
  'playbook_dir',
]);
