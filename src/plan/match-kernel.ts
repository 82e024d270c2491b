import type { KernelRelease, Machine } from '../model/ids.ts';
import type { PlannableKernel } from '../playbook/playbook.ts';

/** Finds the first entry of `kernels` that matches; without entries, every kernel does. */
export function matchKernel(
  rules: readonly PlannableKernel[],
  release: KernelRelease,
  machine: Machine,
): { readonly index: number; readonly rule: PlannableKernel | undefined } | 'no-match' {
  if (rules.length === 0) return { index: -1, rule: undefined };
  const index = rules.findIndex(
    rule => matchesGlob(release, rule.release) && (rule.machine === undefined || rule.machine === machine),
  );
  return index === -1 ? 'no-match' : { index, rule: rules[index] };
}

/** `*`, `?` and `[…]`, as in the shell. Releases have no slashes, so this is enough. */
function matchesGlob(text: string, glob: string): boolean {
  const pattern = glob.replace(/\[!?[^\]]*\]|[\s\S]/g, part => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return part.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  try {
    return new RegExp(`^${pattern}$`).test(text);
  } catch {
    return text === glob;
  }
}
