import type { Diagnostic } from '../../model/diagnostic.ts';

/** Why an inventory, or a file beside it, could not be read. */
export function explainFileError(path: string, error: unknown): Diagnostic {
  const { code, message } = error as NodeJS.ErrnoException;
  const common = { severity: 'error', code: 'inventory-unreadable' } as const;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR': {
      const cure = `name an existing file, or hosts with a comma: -i ${path},`;
      return { ...common, code: 'inventory-not-found', message: `there is no inventory "${path}"`, cure };
    }
    case 'EACCES':
    case 'EPERM':
      return { ...common, message: `"${path}" may not be read by this user`, cure: `chmod +r ${path}` };
    default:
      return { ...common, message: `"${path}" cannot be read: ${message}` };
  }
}
