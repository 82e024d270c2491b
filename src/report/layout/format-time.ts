/** `2026-01-31 12:00:00 UTC`, of an ISO 8601 time in UTC. */
export function formatTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
}
