import { isJsonObject, type JsonValue } from '../model/json.ts';

/**
 * Ansible's tags `!vault` and `!unsafe` turn a text into a mapping with one key, as in Ansible's own JSON. A vaulted text stays
 * encrypted until it is needed. An unsafe text is never a template.
 */
export function markVaulted(encrypted: string): JsonValue {
  return { [vaultKey]: encrypted };
}

export function markUnsafe(text: string): JsonValue {
  return { [unsafeKey]: text };
}

/** The encrypted text of a vaulted value; undefined for any other value. */
export function vaultedText(value: JsonValue | undefined): string | undefined {
  return markedText(value, vaultKey);
}

/** The text of an unsafe value; undefined for any other value. */
export function unsafeText(value: JsonValue | undefined): string | undefined {
  return markedText(value, unsafeKey);
}

/** Stands for a value that no template may have: a password, or what came out of a vaulted file. */
export const secretMark: JsonValue = { __tapbook_secret: '[secret]' };

const vaultKey = '__ansible_vault';
const unsafeKey = '__ansible_unsafe';

function markedText(value: JsonValue | undefined, key: string): string | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
  const text = value[key];
  return typeof text === 'string' ? text : undefined;
}
