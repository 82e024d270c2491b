import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ApplyOptions } from '../../cli/arguments/options.ts';
import { exitCodes } from '../../cli/exit-code.ts';
import type { Refusal } from '../../cli/say-diagnostics.ts';
import { readTextFile } from '../../document/read-text-file.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { planPlays } from '../prepare/plan-plays.ts';
import { planFormat } from './plan-format.ts';
import { modulesOf, outputsOf, type PlaySource } from './play-source.ts';
import type { SelectedAtRevision } from './select-at-revision.ts';
import { selectPlays } from './select-plays.ts';

/** The largest plan, in bytes. */
const largest = 256 * 1024 * 1024;

/** Reads a playbook, or a saved plan, which is told by what is in the file: everything that can be known without a host. */
export async function openPlays(
  path: string,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<Result<PlaySource, Refusal>> {
  const text = options.ref === undefined ? await readPlanText(path) : undefined;
  if (text !== undefined) {
    // What reads and checks plans is loaded for plans only.
    const { openSavedPlan } = await import('./open-saved-plan.ts');
    return openSavedPlan({ path, text }, options, signal);
  }
  if (options.onDrift !== undefined || options.planDigest !== undefined) {
    const option = options.onDrift === undefined ? '--plan-digest' : '--on-drift';
    const message = `${option} is for saved plans, and ${path} is none`;
    return err({ diagnostics: [{ severity: 'error', code: 'wrong-usage', message }], exitCode: exitCodes.usage });
  }
  const found = await selectWhere(path, options, signal);
  if (!found.ok) return found;
  const { selected, revision, fromDisk } = found.value;
  const { inventory, plays, warnings } = selected;
  return ok({
    playbook: path,
    inventory: inventory.sources.map(source => source.path),
    sources: options.inventory ?? [],
    modules: modulesOf(plays),
    outputs: outputsOf(plays),
    warnings,
    selected,
    ...(revision === undefined ? {} : { revision: { ...revision, fromDisk } }),
    prepare: async context => ({ ready: await planPlays(plays, context), fits: 'yes' }),
  });
}

/** The plays as they are on disk, or as they were at a revision. */
async function selectWhere(
  path: string,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<Result<Pick<SelectedAtRevision, 'selected' | 'fromDisk'> & Partial<SelectedAtRevision>, Refusal>> {
  if (options.ref !== undefined) {
    const { selectAtRevision } = await import('./select-at-revision.ts');
    return selectAtRevision(options.ref, path, options, signal);
  }
  const selected = await selectPlays(path, options, signal);
  return selected.ok ? ok({ selected: selected.value, fromDisk: [] }) : selected;
}

/** The text of a saved plan; undefined for any other file. A pipe is left to who reads playbooks: it can be read once only. */
async function readPlanText(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || !(await beginsAsObject(path))) return undefined;
  const text = await readTextFile(path, largest);
  return text.ok && planFormat(text.value) !== undefined ? text.value : undefined;
}

async function beginsAsObject(path: string): Promise<boolean> {
  const start = createReadStream(path, { end: 1000 }).setEncoding('utf8');
  try {
    for await (const text of start) return /^\uFEFF?\s*\{/.test(text);
  } catch {
    // Why it cannot be read, who reads playbooks says.
  }
  return false;
}
