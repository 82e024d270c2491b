import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { printableText } from '../../model/printable-text.ts';
import type { SourceFile } from '../../model/source.ts';
import type { DiskDifferences } from './compare-with-disk.ts';
import type { PlaySource, SavedPlanSource } from './play-source.ts';
import { type Provenance, readProvenance } from './read-provenance.ts';

/** Asks git about all files that decide what a run does. */
export async function provenanceOf(source: PlaySource, signal: AbortSignal): Promise<Provenance> {
  if (source.kind === 'saved-plan' || source.asOf === 'now') return readProvenance(await filesOf(source), signal);
  const { root, commit, ref, fromDisk } = source.asOf;
  const { repositories, outside } = await readProvenance(fromDisk, signal);
  return { repositories: [{ root, commit, ref, dirty: [], dirtyCount: 0 }, ...repositories], outside };
}

/** Without the variables beside them. Of a saved plan also the files that it was made from. */
async function filesOf(source: PlaySource): Promise<readonly string[]> {
  const inventory = source.sources.filter(one => !one.includes(','));
  if (source.kind === 'saved-plan') return [source.plan.path, ...(await source.compare()).files, ...inventory];
  const scripts = source.selected.plays.flatMap(({ play }) =>
    play.scripts.map(script => fileBehind(script.source, source.playbook)),
  );
  return [source.playbook, ...scripts, ...inventory];
}

/** Of a script that a program printed, that program; what it reads in turn nobody knows. */
function fileBehind({ path, printedBy }: SourceFile, playbook: string): string {
  const [program] = printedBy?.command ?? [];
  return program?.includes('/') ? resolve(dirname(playbook), program) : path;
}

/** Why a run does not do what is committed; empty where it does. A saved plan has to match the files on disk, too. */
export async function requireClean(source: PlaySource, provenance: Provenance): Promise<readonly Diagnostic[]> {
  const files = whyFilesNotClean(provenance);
  return source.kind === 'playbook' ? files : [...files, ...whyPlanNotClean(source, await source.compare())];
}

function whyPlanNotClean({ plan }: SavedPlanSource, { changed, missing }: DiskDifferences): readonly Diagnostic[] {
  const refuse = (message: string, cure: string): Diagnostic => ({
    severity: 'error',
    code: 'not-clean',
    message: printableText(message),
    cure,
  });
  const name = (files: readonly string[]): string => nameSome(files.slice(0, 5), files.length);
  return [
    ...(changed.length === 0
      ? []
      : [
          refuse(
            `${plan.path} was made from other texts than those in ${name(changed)}`,
            'plan anew from what is committed, or leave out --require-clean',
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [
          refuse(
            `${plan.path} cannot be compared with what is committed: ${name(missing)} is not here`,
            'apply it where the playbook and its scripts are, or leave out --require-clean',
          ),
        ]),
  ];
}

function whyFilesNotClean({ repositories, outside }: Provenance): readonly Diagnostic[] {
  const reasons: Diagnostic[] = repositories
    .filter(({ dirtyCount }) => dirtyCount > 0)
    .map(({ root, dirty, dirtyCount }) => ({
      severity: 'error',
      code: 'not-clean',
      message: printableText(`not as committed in ${root}: ${nameSome(dirty, dirtyCount)}`),
      cure: 'commit these files, or leave out --require-clean',
    }));
  if (outside.length > 0) {
    const message = printableText(`git knows nothing of ${nameSome(outside.slice(0, 5), outside.length)}`);
    reasons.push({
      severity: 'error',
      code: 'not-clean',
      message,
      cure: 'see what git status says there, or leave out --require-clean',
    });
  }
  return reasons;
}

function nameSome(names: readonly string[], count: number): string {
  return `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
}
