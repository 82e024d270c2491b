/** What was done so that cron or systemd begins a job, or does not any more. */
export type JobChange =
  /** `kept`: the crontab had it already. `absent`: there was nothing to remove. */
  | { readonly kind: 'crontab'; readonly became: 'added' | 'kept' | 'removed' | 'absent' }
  | { readonly kind: 'file'; readonly became: 'written' | 'removed'; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] };
