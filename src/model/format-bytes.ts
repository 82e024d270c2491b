/** In decimal units, as a playbook writes sizes: `812B`, `312kB`, `1.4MB`, `2GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)}kB`;
  if (bytes < 999_950_000) return `${Math.round(bytes / 100_000) / 10}MB`;
  return `${Math.round(bytes / 100_000_000) / 10}GB`;
}
