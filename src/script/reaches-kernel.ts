/** Whether a glob over `uname -r` can fit a kernel of this version or a later one; in doubt it can. */
export function reachesKernel(glob: string, major: number, minor: number): boolean {
  // Only what stands before the first sign of a glob is certain, and a digit there may have more behind it.
  const fixed = /^[^*?[\]]*/.exec(glob)?.[0] ?? '';
  const isGlob = fixed.length < glob.length;
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(fixed) ?? [];
  if (first === undefined) return true;
  const isOpen = (digits: string): boolean => isGlob && fixed.endsWith(digits);
  if (Number(first) !== major) return Number(first) > major || (second === undefined && isOpen(first));
  if (second === undefined) return true;
  return Number(second) >= minor || isOpen(second);
}
