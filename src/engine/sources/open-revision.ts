import { lstat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { copyRevision, type LeftOut } from '../../git/copy-revision.ts';
import { findRepository, findRevision, placeOnDisk } from '../../git/find-revision.ts';
import type { Revision } from '../../git/revision.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { optional } from '../../model/optional.ts';
import { printableText } from '../../model/printable-text.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { makeTemporaryDirectory } from '../../process/temporary-directory.ts';

/** The files of a revision, copied to a folder that lasts until this is disposed of. */
export interface OpenRevision extends AsyncDisposable {
  readonly revision: Revision;
  /** Where to read the file that the user knows by this path, whether or not it is in the working tree. */
  find(path: string): Promise<Found>;
  /** Replaces paths of copies in plain data by names such as `v1.2:playbooks/io.yml`. */
  rename<Value>(value: Value): Value;
  /** The folder of the copies. */
  readonly copy: string;
  /** The path of a copied file in the working tree. */
  standsFor(path: string): string;
}

export type Found =
  | { readonly kind: 'copy'; readonly path: string }
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'outside' };

/** Opens a revision of the repository in which a path lies. The working tree is neither read nor changed. */
export async function openRevision(
  ref: string,
  path: string,
  signal: AbortSignal,
): Promise<Result<OpenRevision, Refusal>> {
  if (ref.startsWith('-') || ref === '') {
    const message = `${JSON.stringify(ref)} is no revision`;
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'wrong-usage',
      message,
      cure: 'give --ref a tag, a branch or a commit',
    };
    return err({ kind: 'wrong-usage', diagnostics: [diagnostic] });
  }
  const root = await findRepository(path, signal);
  if (!root.ok) return err(refuseInput([makePrintable(root.error)]));
  const revision = await findRevision(root.value, ref, signal);
  if (!revision.ok) return err(refuseInput([makePrintable(revision.error)]));
  const folder = await makeTemporaryDirectory('tapbook-ref-');
  try {
    const leftOut = await copyRevision(revision.value, folder.path, signal);
    if (!leftOut.ok) {
      await folder[Symbol.asyncDispose]();
      return err(refuseInput([makePrintable(leftOut.error)]));
    }
    return ok({
      ...viewOf(revision.value, folder.path, leftOut.value),
      [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
    });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

function viewOf(
  revision: Revision,
  folder: string,
  leftOut: readonly LeftOut[],
): Omit<OpenRevision, typeof Symbol.asyncDispose> {
  const { ref, root } = revision;
  const nameText = (text: string): string =>
    text.includes(folder) ? text.replaceAll(`${folder}/`, `${ref}:`).replaceAll(folder, `${ref}:`) : text;
  const reasons = new Map(leftOut.map(({ path, why }) => [`${ref}:${path}`, why]));
  return {
    revision,
    copy: folder,
    async find(path) {
      const below = relative(root, await placeOnDisk(path));
      if (below.startsWith('../') || below === '..' || isAbsolute(below)) return { kind: 'outside' };
      const copy = join(folder, below);
      const isThere = await lstat(copy).catch(() => undefined);
      return isThere === undefined ? { kind: 'missing', name: `${ref}:${below}` } : { kind: 'copy', path: copy };
    },
    rename: value => explainLeftOut(renameAll(value, nameText), reasons),
    standsFor: path => {
      const whole = resolve(path);
      return whole === folder || whole.startsWith(`${folder}/`) ? join(root, whole.slice(folder.length)) : whole;
    },
  };
}

/** Copies plain data with each text renamed. */
function renameAll<Value>(value: Value, name: (text: string) => string): Value {
  if (typeof value === 'string') return name(value) as Value;
  if (Array.isArray(value)) return value.map(one => renameAll(one, name)) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renameAll(one, name)])) as Value;
}

/** Replaces the message of a file that is not in the copy by why it was left out. */
function explainLeftOut<Value>(value: Value, reasons: ReadonlyMap<string, string>): Value {
  if (!Array.isArray(value) || reasons.size === 0) return value;
  return value.map((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('message' in one) || typeof one.message !== 'string') return one;
    const { message } = one;
    if (!message.includes('ELOOP')) return one;
    const [name, why] = [...reasons].find(([path]) => message.includes(path)) ?? [];
    const { cure: _, ...rest } = one as { readonly cure?: unknown };
    return name === undefined ? one : { ...rest, message: printableText(`${name} ${why}`) };
  }) as Value;
}

/** Messages of git and names in a repository may hold anything. */
function makePrintable({ cure, ...rest }: Diagnostic): Diagnostic {
  return { ...rest, message: printableText(rest.message), ...optional('cure', cure && printableText(cure)) };
}
