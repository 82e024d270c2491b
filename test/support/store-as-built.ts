import type { PlannedPlay } from '../../src/model/plan.ts';
import { digest } from '../../src/module/cache/digest.ts';
import type { ModuleCache } from '../../src/module/cache/module-cache.ts';
import { elfModule } from './elf-module.ts';

/** Puts the modules of a plan into the cache, as if they had been built. */
export async function storeAsBuilt({ builds }: Pick<PlannedPlay, 'builds'>, cache: ModuleCache): Promise<void> {
  for (const { artifact, module, release } of builds) {
    const bytes = elfModule([`vermagic=${release} SMP`, 'name=io']);
    const built = { key: artifact.key, module, bytes, sha256: digest(bytes) };
    await cache.store({ ...built, vermagic: release, parameters: [], binaries: [] });
  }
}
