/** Whether a glob over `uname -r` may match a kernel of this version or a later one. In doubt it may. */
export function reachesKernel(glob: string, major: number, minor: number): boolean {
  // Only the text before the first wildcard is certain, and its last number may go on behind it.
  const fixed = /^[^*?[\]]*/.exec(glob)?.[0] ?? '';
  const isGlob = fixed.length < glob.length;
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(fixed) ?? [];
  if (first === undefined) return true;
  const isOpen = (digits: string): boolean => isGlob && fixed.endsWith(digits);
  if (Number(first) !== major) return Number(first) > major || (second === undefined && isOpen(first));
  if (second === undefined) return true;
  return Number(second) >= minor || isOpen(second);
}
