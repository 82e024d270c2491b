/**
 * The free kilobytes in a line of `df -Pk`: device, size, used, free, percentage, mount point. A device's name may contain
 * blanks.
 */
export function freeKb(line: string): string | undefined {
  return /(?<!\d)\d{1,15}(?=\s{1,20}\d{1,3}%\s{1,20}\/)/.exec(line)?.[0];
}
