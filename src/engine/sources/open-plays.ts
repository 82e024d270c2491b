import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readTextFile } from '../../document/read-text-file.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { planPlays } from '../prepare/plan-plays.ts';
import { confinementOf } from './confinement-of.ts';
import { planFormat } from './plan-format.ts';
import { modulesOf, outputsOf, type PlaySource } from './play-source.ts';
import { refuseProgramsOfPlays } from './refuse-programs.ts';
import type { PlaysRequest } from './requests.ts';
import type { SelectedAtRevision } from './select-at-revision.ts';
import { selectPlays } from './select-plays.ts';

const maxPlanBytes = 256 * 1024 * 1024;

/** Reads a playbook or a saved plan, whichever the file holds: everything that can be known without a host. */
export async function openPlays(
  path: string,
  request: PlaysRequest,
  signal: AbortSignal,
): Promise<Result<PlaySource, Refusal>> {
  const admission = request.ref === undefined ? confinementOf(request).admit(path, 'user') : undefined;
  if (admission?.isRead === false) return err(refuseInput(admission.findings));
  const text = request.ref === undefined ? await readPlanText(path) : undefined;
  if (text !== undefined) {
    // The validator of plans is loaded for plans only.
    const { openSavedPlan } = await import('./open-saved-plan.ts');
    const opened = await openSavedPlan({ path, text }, request, signal);
    return opened.ok || admission?.isQuoted !== false ? opened : err(withhold(opened.error));
  }
  if (request.onDrift !== undefined || request.planDigest !== undefined) {
    const option = request.onDrift === undefined ? '--plan-digest' : '--on-drift';
    const message = `${option} is for saved plans, and ${path} is none`;
    return err(refuse('wrong-usage', { code: 'wrong-usage', message }));
  }
  const found = await selectNowOrAtRevision(path, request, signal);
  if (!found.ok) return found;
  const { revision, fromDisk } = found.value;
  const trusted = await refuseProgramsOfPlays(found.value.selected, request, signal);
  if (!trusted.ok) return trusted;
  const selected = trusted.value;
  const { inventory, plays, warnings } = selected;
  return ok({
    kind: 'playbook',
    playbook: path,
    inventory: inventory.sources.map(source => source.path),
    sources: request.inventory ?? [],
    modules: modulesOf(plays),
    outputs: outputsOf(plays),
    warnings,
    selected,
    asOf: revision === undefined ? 'now' : { ...revision, fromDisk },
    prepare: async context => ({ ready: await planPlays(plays, context), fits: 'yes' }),
  });
}

/** A saved plan is written by a program, and what is wrong in it is told in its own words. */
function withhold({ kind, diagnostics }: Refusal): Refusal {
  return { kind, diagnostics: diagnostics.map(one => ({ ...one, unquoted: true })) };
}

/** The plays as they are on disk, or as they were at a revision. */
async function selectNowOrAtRevision(
  path: string,
  request: PlaysRequest,
  signal: AbortSignal,
): Promise<Result<Pick<SelectedAtRevision, 'selected' | 'fromDisk'> & Partial<SelectedAtRevision>, Refusal>> {
  if (request.ref !== undefined) {
    const { selectAtRevision } = await import('./select-at-revision.ts');
    return selectAtRevision(request.ref, path, request, signal);
  }
  const selected = await selectPlays(path, request, signal);
  return selected.ok ? ok({ selected: selected.value, fromDisk: [] }) : selected;
}

/** The text of a saved plan; undefined for any other file, and for a pipe, which can be read only once. */
async function readPlanText(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || !(await beginsAsObject(path))) return undefined;
  const text = await readTextFile(path, maxPlanBytes);
  return text.ok && planFormat(text.value) !== undefined ? text.value : undefined;
}

async function beginsAsObject(path: string): Promise<boolean> {
  const start = createReadStream(path, { end: 1000 }).setEncoding('utf8');
  try {
    for await (const text of start) return /^\uFEFF?\s*\{/.test(text);
  } catch {
    // Reading it as a playbook tells why it cannot be read.
  }
  return false;
}
