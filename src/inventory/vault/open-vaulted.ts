import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import type { Where, WrittenEntry, WrittenInventory, WrittenVariable } from '../written/written-inventory.ts';
import { isVaultText, type Vault } from './vault.ts';

export interface OpenedSource {
  readonly source: SourceFile;
  readonly isVaulted: boolean;
}

/** A file as it is read: decrypted where ansible-vault has encrypted all of it. */
export function openVaulted(source: SourceFile, vault: Vault | undefined): Result<OpenedSource, Diagnostic> {
  if (!isVaultText(source.text)) return ok({ source, isVaulted: false });
  const common = { severity: 'error', code: 'encrypted-file' } as const;
  if (vault === undefined) {
    const cure = 'give --vault-password-file or --ask-vault-pass';
    return err({ ...common, message: `${source.path} is encrypted by ansible-vault`, cure });
  }
  const plain = vault.decrypt(source.text);
  if (!plain.ok) return err({ ...common, message: `${source.path} cannot be decrypted: ${plain.error}` });
  return ok({ source: { ...source, text: plain.value }, isVaulted: true });
}

/** Decrypted text is never shown: findings in it have no lines, and its variables are marked as from a vault. */
export function veilInventory(written: WrittenInventory, encrypted: SourceFile): WrittenInventory {
  return {
    source: encrypted,
    entries: written.entries.map(veilEntry),
    warnings: written.warnings.map(veilDiagnostic),
  };
}

export function veilVariable(variable: WrittenVariable): WrittenVariable {
  return { ...variable, isVaulted: true, where: veilPlace(variable.where) };
}

export function veilDiagnostic(diagnostic: Diagnostic): Diagnostic {
  const { place, related, ...rest } = diagnostic;
  return place === undefined ? rest : { ...rest, place: { ...place, text: '' } };
}

function veilEntry(entry: WrittenEntry): WrittenEntry {
  const where = veilPlace(entry.where);
  return entry.kind === 'child' ? { ...entry, where } : { ...entry, where, vars: entry.vars.map(veilVariable) };
}

function veilPlace(where: Where): Where {
  return () => ({ ...where(), text: '' });
}
