import { findSavedPlanError } from '../../document/find-saved-plan-error.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import { isJsonObject } from '../../model/json.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { findInconsistency } from '../../plan/saved/find-inconsistency.ts';
import { type SealedPlan, savedPlanFormat } from '../../plan/saved/saved-plan.ts';
import { isSealed } from '../prepare/seal-plan.ts';
import { parsePlanText, planFormat } from './plan-format.ts';

export interface PlanFlaw {
  /** `damaged-plan`, `changed-plan`, `foreign-plan` or `stale-plan`. */
  readonly code: DiagnosticCode;
  /** Follows the file's name: `is cut off or damaged`. */
  readonly message: string;
  readonly cure: string;
}

export interface PlanConditions {
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
  readonly maxAgeSeconds: number;
  /** The version of this tapbook. */
  readonly version: string;
  /** The beginning of the digest that was approved. */
  readonly digest?: string | undefined;
}

/** Parses a text in which `planFormat` has found a plan. Refuses plans that are damaged, changed, foreign or too old. */
export function parseSavedPlan(
  text: string,
  { nowMs, maxAgeSeconds, version, digest }: PlanConditions,
): Result<SealedPlan, PlanFlaw> {
  const format = planFormat(text);
  if (format?.startsWith('tapbook-plan/')) {
    const message = 'is a plan as `tapbook plan --format json` prints it, without what it rests on';
    return err({ code: 'foreign-plan', message, cure: again });
  }
  if (format !== savedPlanFormat) {
    const message = `has the format ${format} of another tapbook; this one applies ${savedPlanFormat}`;
    return err({
      code: 'foreign-plan',
      message,
      cure: 'apply it with the tapbook that made it, or make it again with this one',
    });
  }
  const value = parsePlanText(text);
  if (!isJsonObject(value)) return err({ code: 'damaged-plan', message: 'is cut off or damaged', cure: again });
  if (!isSealed(value)) {
    const message = 'was changed since it was made: its digest does not fit';
    return err({ code: 'changed-plan', message, cure: again });
  }
  const flaw = findSavedPlanError(value) ?? findInconsistency(value as unknown as SealedPlan);
  if (flaw !== undefined) {
    const { made } = value;
    const by = isJsonObject(made) ? made['by'] : undefined;
    return by === version || typeof by !== 'string'
      ? err({ code: 'damaged-plan', message: `is not as a plan has to be: ${flaw}`, cure: again })
      : err({ code: 'foreign-plan', message: `was made by tapbook ${by}, this is ${version}: ${flaw}`, cure: again });
  }
  const plan = value as unknown as SealedPlan;
  if (digest !== undefined && !plan.sha256.startsWith(digest)) {
    const message = `is another plan than was asked for: its digest is ${plan.sha256}`;
    return err({ code: 'changed-plan', message, cure: 'look at it with: tapbook plan FILE' });
  }
  const stale = checkAge(plan.made.at, nowMs, maxAgeSeconds);
  return stale === undefined ? ok(plan) : err({ code: 'stale-plan', ...stale });
}

const again = 'make it again with: tapbook plan PLAYBOOK --out FILE';

/** In seconds: clocks differ a little, so a plan may seem to be from the future. */
const tolerance = 300;

function checkAge(at: string, nowMs: number, maxAgeSeconds: number): Omit<PlanFlaw, 'code'> | undefined {
  const age = (nowMs - Date.parse(at)) / 1000;
  if (Number.isNaN(age)) return { message: `was made at no time that there is: ${at}`, cure: again };
  if (age < -tolerance) {
    return { message: `was made at ${at}, which is yet to come`, cure: 'one of the clocks is wrong: see with date' };
  }
  if (age <= maxAgeSeconds) return undefined;
  const message = `was made at ${at}, ${formatAge(age)} ago; plans are good for ${formatAge(maxAgeSeconds)}`;
  return { message, cure: `${again}; or give --max-plan-age` };
}

function formatAge(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, length] = units.find(([, size]) => seconds >= size * 2) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
