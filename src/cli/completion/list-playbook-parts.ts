import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { Playbook } from '../../playbook/playbook.ts';
import { createConfinement } from '../../process/confinement.ts';

/** The tags of playbooks, and words such as `tagged` that stand for several of them. */
export async function tagsOf(playbooks: readonly string[]): Promise<readonly string[]> {
  const found = (await load(playbooks)).flatMap(({ plays }) =>
    plays.flatMap(({ tags, scripts }) => [...tags, ...scripts.flatMap(script => script.tags)]),
  );
  return [...new Set([...found, 'all', 'tagged', 'untagged'])].sort();
}

export async function scriptsOf(playbooks: readonly string[]): Promise<readonly string[]> {
  const found = (await load(playbooks)).flatMap(({ plays }) => plays.flatMap(({ scripts }) => scripts));
  return [...new Set(found.map(({ name }) => name))];
}

async function load(paths: readonly string[]): Promise<readonly Playbook[]> {
  const confinement = createConfinement('read');
  const loaded = await Promise.all(paths.map(path => loadPlaybook(path, { confinement })));
  return loaded.flatMap(one => (one.ok ? [one.value.playbook] : []));
}
