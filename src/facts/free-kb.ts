/**
 * What is free by a line of `df -Pk`: before the mount's path stand device, size, used, free, percentage. A device's name may hold
 * blanks.
 */
export function freeKb(line: string): string | undefined {
  return /(?<!\d)\d{1,15}(?=\s{1,20}\d{1,3}%\s{1,20}\/)/.exec(line)?.[0];
}
