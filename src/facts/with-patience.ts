/**
 * A probe's script, with how long it waits for a program that hangs: a tenth of the limit of the whole probe, in milliseconds
 * (`patience` in probe-prelude.sh).
 */
export function withPatience(script: string, limitMs: number): string {
  return `patience=${Math.max(1, Math.round(limitMs / 10_000))}\n${script}`;
}
