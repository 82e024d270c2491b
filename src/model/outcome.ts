import type { HostName, ModuleName } from './ids.ts';
import { optional } from './optional.ts';

/** The stage of an apply at which something happened. */
export type Stage = 'connect' | 'probe' | 'plan' | 'build' | 'upload' | 'load' | 'stream' | 'stop' | 'cleanup';

/** What went wrong and what would fix it: each one line, without a full stop. */
export interface Failure {
  readonly stage: Stage;
  readonly cause: string;
  readonly cure?: string;
  /** What the program printed, its beginning and its end, where it says more than the cause. */
  readonly detail?: string;
}

/** Makes a failure at a stage of anything with a cause and perhaps a cure. */
export function failureAt(stage: Stage, { cause, cure }: Pick<Failure, 'cause' | 'cure'>): Failure {
  return cure === undefined ? { stage, cause } : { stage, cause, cure };
}

/** How a host ended in a play. */
export type HostOutcome = Ending & {
  /** Of a host with several scripts: those of which there is something to tell, each by itself. */
  readonly scripts?: readonly ScriptOutcome[];
};

/** How one script of a host ended. */
export type ScriptOutcome = Ending & { readonly module: ModuleName };

type Ending =
  | { readonly kind: 'ok' }
  /** All ran, but the output is incomplete: skipped probes, transport failures. Each note is one line. */
  | { readonly kind: 'degraded'; readonly notes: readonly string[] }
  /** The plan left it out. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly cure?: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'unreachable';
      readonly failure: Failure;
      /** Its connection was lost within seconds after a load, and it does not answer any more: its kernel may have panicked. */
      readonly vanishedAfterLoad?: true;
    }
  /** Something of ours is still there; the cure is the command that removes it. */
  | { readonly kind: 'left-behind'; readonly module?: ModuleName; readonly failure: Failure }
  /** Stopped on request, and clean. The notes are as above. */
  | { readonly kind: 'interrupted'; readonly notes?: readonly string[] }
  /** Its turn never came. */
  | { readonly kind: 'not-started'; readonly reason: string };

export type OutcomeKind = HostOutcome['kind'];

/** An outcome by its kind alone. */
type Kinded = { readonly kind: OutcomeKind };

/** The number of hosts by outcome. */
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** A plan's decision for a host on which it runs nothing. */
export type LeftOut =
  | { readonly kind: 'skip'; readonly reason: string; readonly cure?: string }
  | { readonly kind: 'fail'; readonly failures: readonly [Failure, ...Failure[]] }
  | { readonly kind: 'unreachable'; readonly failure: Failure };

/**
 * The outcome of a host by its plan alone; undefined where the plan runs something there. All failures are given, so that
 * the user need not fix them one run at a time.
 */
export function outcomeByPlan(decision: { readonly kind: 'run' } | LeftOut): HostOutcome | undefined {
  switch (decision.kind) {
    case 'run':
      return undefined;
    case 'skip':
      return { kind: 'skipped', reason: decision.reason, ...optional('cure', decision.cure) };
    case 'unreachable':
      return { kind: 'unreachable', failure: decision.failure };
    case 'fail':
      return { kind: 'failed', failure: joinFailures(decision.failures) };
    default:
      return decision satisfies never;
  }
}

/** Whether a host fails by its plan alone. */
export function failsByPlan(decision: { readonly kind: 'run' } | LeftOut): boolean {
  const outcome = outcomeByPlan(decision);
  return outcome !== undefined && isFailure(outcome);
}

/** All failures of a host as one: at the stage of the first, with each cause, cure and detail once, in their order. */
export function joinFailures(failures: readonly [Failure, ...Failure[]]): Failure {
  const [{ stage, cause }, ...others] = failures;
  const join = (texts: readonly (string | undefined)[], between: string): string | undefined => {
    const known = [...new Set(texts)].filter(text => text !== undefined);
    return known.length === 0 ? undefined : known.join(between);
  };
  const causes = others.map(other => (other.stage === stage ? other.cause : `at ${other.stage}: ${other.cause}`));
  return {
    stage,
    cause: [...new Set([cause, ...causes])].join('; '),
    ...optional(
      'cure',
      join(
        failures.map(failure => failure.cure),
        '; ',
      ),
    ),
    ...optional(
      'detail',
      join(
        failures.map(failure => failure.detail),
        '\n',
      ),
    ),
  };
}

/**
 * Every kind, the most urgent first. What is left behind has to be removed. What is on an unreachable host is unknown, while
 * a failed one has reported its failure and that it is clean. Then come hosts that were cut short, hosts that never began,
 * those with incomplete output, and those that ran. Skipped is last: if another play ran on the host, that one counts.
 */
export const kindsFromWorst: readonly OutcomeKind[] = Object.keys({
  'left-behind': true,
  unreachable: true,
  failed: true,
  interrupted: true,
  'not-started': true,
  degraded: true,
  ok: true,
  skipped: true,
} satisfies Record<OutcomeKind, true>) as OutcomeKind[];

/** For sorting, the worst first. */
export function compareSeverity(left: Kinded, right: Kinded): number {
  return kindsFromWorst.indexOf(left.kind) - kindsFromWorst.indexOf(right.kind);
}

/** Whether a host failed: it counts towards `max_fail_percentage`, and is one to run again (`failed.hosts`). */
export function isFailure({ kind }: Kinded): boolean {
  return kind === 'unreachable' || hasFailedThere({ kind });
}

/** Whether it was reached and failed, for exit code 2; unreachable hosts are exit code 4. Left behind counts as failed. */
export function hasFailedThere({ kind }: Kinded): boolean {
  return kind === 'failed' || kind === 'left-behind';
}

/** Whether all of its scripts ran to their ends, though some of the output may be missing. */
export function hasRun({ kind }: Kinded): boolean {
  return kind === 'ok' || kind === 'degraded';
}

/** The outcome of a host of which some of the output could not be kept, by what it is otherwise. */
export function withUnkept(outcome: HostOutcome, reason: string): HostOutcome {
  const note = `some of its output could not be kept: ${reason}`;
  switch (outcome.kind) {
    case 'ok':
      return { ...outcome, kind: 'degraded', notes: [note] };
    case 'degraded':
    case 'interrupted':
      return { ...outcome, notes: [...(outcome.notes ?? []), note] };
    default:
      return outcome;
  }
}

/** Whether it needs no attention: all ran with complete output, or the plan skipped it. */
export function isUneventful({ kind }: Kinded): boolean {
  return kind === 'ok' || kind === 'skipped';
}

/** The number of hosts with an outcome for which `is` holds. */
export function countWhere(counts: Readonly<Partial<OutcomeCounts>>, is: (outcome: Kinded) => boolean): number {
  return kindsFromWorst.filter(kind => is({ kind })).reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}

/** Counts every host once, with the worst of its outcomes over the plays. */
export function countHosts(plays: readonly ReadonlyMap<HostName, HostOutcome>[]): OutcomeCounts {
  const worst = new Map<HostName, HostOutcome>();
  for (const [host, outcome] of plays.flatMap(play => [...play])) {
    const known = worst.get(host);
    if (known === undefined || compareSeverity(outcome, known) < 0) worst.set(host, outcome);
  }
  const counts = Object.fromEntries(kindsFromWorst.map(kind => [kind, 0])) as Record<OutcomeKind, number>;
  for (const { kind } of worst.values()) counts[kind]++;
  return counts;
}
