import { compileGlob } from '../model/compile-glob.ts';
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
    rule => compileGlob(rule.release).test(release) && (rule.machine === undefined || rule.machine === machine),
  );
  return index === -1 ? 'no-match' : { index, rule: rules[index] };
}
