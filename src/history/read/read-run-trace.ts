import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostName, type ModuleName, parseHostName, parseModuleName, type RunId } from '../../model/ids.ts';
import type { PlanDocument } from '../../model/plan.ts';
import { readEvents } from './read-events.ts';

/** The hosts that a run meant to load modules on, with those modules of which no host has said that they are gone. */
export type RunTrace = ReadonlyMap<HostName, readonly ModuleName[]>;

/** From the plan and the events of a run, as far as they are there; undefined where this machine has no such run. */
export async function readRunTrace(root: string, run: RunId): Promise<RunTrace | undefined> {
  const directory = join(root, 'runs', run);
  const plan = await readPlan(join(directory, 'plan.json'));
  const trace = new Map<HostName, Set<ModuleName>>();
  const note = (host: unknown, module: unknown, state: 'planned' | 'gone'): void => {
    const name = typeof host === 'string' ? parseHostName(host) : undefined;
    const known = typeof module === 'string' ? parseModuleName(module) : undefined;
    if (name === undefined || known === undefined) return;
    const modules = trace.get(name) ?? new Set();
    trace.set(name, modules);
    if (state === 'planned') modules.add(known);
    else modules.delete(known);
  };
  for (const play of plan?.plays ?? []) {
    for (const { name, decision } of play.hosts) {
      if (decision.kind === 'run') for (const { module } of decision.scripts) note(name, module, 'planned');
    }
  }
  const { missing } = await readEvents(directory, 'without-output', event => {
    if (event.kind === 'script-started') note(event.host, event.module, 'planned');
    if (event.kind === 'script-finished') {
      note(event.host, event.module, event.left?.module === 'none' ? 'gone' : 'planned');
    }
  });
  if (plan === undefined && missing !== undefined) return undefined;
  return new Map([...trace].map(([host, modules]) => [host, [...modules]]));
}

async function readPlan(path: string): Promise<PlanDocument | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PlanDocument;
  } catch {
    return undefined;
  }
}
