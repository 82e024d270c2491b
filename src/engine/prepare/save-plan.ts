import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { readTextFile } from '../../document/read-text-file.ts';
import type { Sha256 } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { BuildId, PlannedPlay } from '../../model/plan.ts';
import { scalarText } from '../../model/python-scalars.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ModuleCache } from '../../module/cache/module-cache.ts';
import { connectionNames } from '../../plan/saved/connection-names.ts';
import { recordBasis } from '../../plan/saved/record-basis.ts';
import { type SavedPlan, type SealedPlan, savedPlanFormat } from '../../plan/saved/saved-plan.ts';
import { planFormat } from '../sources/plan-format.ts';
import type { PlaybookSource, PlaySource } from '../sources/play-source.ts';
import type { SelectedPlays } from '../sources/select-plays.ts';
import type { ReadyPlay } from './plan-plays.ts';
import { digestValue, sealPlan } from './seal-plan.ts';

interface SaveInput {
  readonly selected: SelectedPlays;
  readonly ready: readonly ReadyPlay[];
  /** The inventories, as they were given with -i. */
  readonly sources: readonly string[];
  readonly cache: ModuleCache;
  readonly madeAt: Date;
  /** tapbook's version. */
  readonly madeBy: string;
}

/** A plan with its basis and digest. The same input gives the same plan, but for its time. */
async function sealPlays({ selected, ready, sources, cache, madeAt, madeBy }: SaveInput): Promise<SealedPlan> {
  const { playbook, extraVars } = selected;
  const basis: SavedPlan['basis'][number][] = [];
  for (const { plan, targets, builders, selected: own } of ready) {
    basis.push(
      recordBasis({
        ...own,
        planned: plan,
        targets,
        buildHosts: own.builders,
        builders,
        modules: await digestModules(plan, cache),
        digest: digestValue,
      }),
    );
  }
  const identities = basis.flatMap(({ hosts, buildHosts }) => [...hosts, ...buildHosts]);
  return sealPlan({
    format: savedPlanFormat,
    made: { at: madeAt.toISOString(), by: madeBy },
    plan: { format: 'tapbook-plan/1', playbook: playbook.source.path, plays: ready.map(({ plan }) => plan) },
    playbook: { sha256: digestValue(playbook.source.text) },
    inventory: {
      sources,
      sha256: digestValue(identities.map(({ name, connection }) => [name, connection])),
      connectionVars: connectionVars(extraVars),
    },
    basis,
  });
}

async function digestModules({ builds }: PlannedPlay, cache: ModuleCache): Promise<ReadonlyMap<BuildId, Sha256>> {
  const digests = new Map<BuildId, Sha256>();
  for (const { id, artifact, module } of builds) {
    const found = artifact.state === 'cached' ? await cache.load(artifact.key, module) : undefined;
    if (found !== undefined) digests.set(id, found.sha256);
  }
  return digests;
}

function connectionVars(extraVars: JsonObject): SavedPlan['inventory']['connectionVars'] {
  return Object.fromEntries(
    Object.entries(extraVars).flatMap(([name, written]) => {
      const value = scalarText(written) ?? written;
      const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isPlain && connectionNames.has(name) ? [[name, value] as const] : [];
    }),
  );
}

/** Why a plan of `source` cannot be saved there: its folder has to exist, and no other file may be overwritten. */
export async function refuseToReplace(out: string, path: string, source: PlaySource): Promise<Refusal | undefined> {
  if (source.kind === 'saved-plan') {
    const message = `${path} is a saved plan already`;
    return refuse('wrong-usage', { code: 'wrong-usage', message, cure: 'give --out with a playbook' });
  }
  const message = await whyNot(out);
  if (message === undefined) return undefined;
  return refuse('wrong-usage', { code: 'cannot-write', message, cure: 'give --out another file' });
}

async function whyNot(path: string): Promise<string | undefined> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) return `there is no folder ${dirname(path)}`;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) return `${path} is no file`;
  if (found.size === 0) return undefined;
  const text = await readTextFile(path, found.size);
  if (!text.ok) return text.error.message;
  return planFormat(text.value) === undefined ? `${path} is there and is no saved plan` : undefined;
}

/** Writes a plan whole or not at all, readable only by its owner; resolves to its digest. */
export async function savePlan(
  path: string,
  { selected, playbook, sources }: PlaybookSource,
  made: Pick<SaveInput, 'ready' | 'cache' | 'madeAt' | 'madeBy'>,
): Promise<Result<Sha256, Refusal>> {
  // An apply looks for variables beside the playbook, even if it was read from a copy of a revision.
  const own = { ...selected.playbook, source: { ...selected.playbook.source, path: playbook } };
  const sealed = await sealPlays({ ...made, selected: { ...selected, playbook: own }, sources });
  try {
    await writeFileAtomic(path, `${JSON.stringify(sealed, null, 2)}\n`, { mode: 0o600 });
    return ok(sealed.sha256);
  } catch (error) {
    const message = `cannot write ${path}: ${(error as Error).message}`;
    const cure = 'give --out a file that can be written';
    return err(refuse('invalid-input', { code: 'cannot-write', message, cure }));
  }
}
