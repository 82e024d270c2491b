import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Faulty } from '../../src/model/faulty.ts';
import type { Result } from '../../src/model/result.ts';
import { type LoadedPlaybook, loadPlaybook } from '../../src/playbook/load-playbook.ts';
import type { Play, Playbook } from '../../src/playbook/playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { sayAll } from '../document/say.ts';

const confinement = createConfinement('read');

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes the files into a directory that lasts as long as the test, and loads `p.yml` there. */
export async function load(files: Files): Promise<Result<LoadedPlaybook, Faulty<Playbook>> & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-playbook-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return { ...(await loadPlaybook(join(directory, 'p.yml'), { confinement })), directory };
}

/** What is wrong with the playbook, with paths below its directory. */
export async function refusal(files: Files): Promise<string> {
  const loaded = await load(files);
  if (loaded.ok) return sayAll(loaded.value.warnings) || 'fine';
  return sayAll(loaded.error.diagnostics).replaceAll(`${loaded.directory}/`, '');
}

/** The first play of a playbook that has to be fine. */
export async function loadPlay(playbook: string, files: Files = {}): Promise<Play> {
  const loaded = await load({ ...files, 'p.yml': playbook });
  const play = loaded.ok ? loaded.value.playbook.plays[0] : undefined;
  if (play === undefined) throw new Error(loaded.ok ? 'no plays' : sayAll(loaded.error.diagnostics));
  return play;
}
