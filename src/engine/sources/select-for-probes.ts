import { isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { probedPathsOf } from '../prepare/probed-files-of.ts';
import { refuseProgramsOfPlays } from './refuse-programs.ts';
import type { PlaybookRequest } from './requests.ts';
import { selectToConnect } from './select-from-inventory.ts';
import { selectPlays } from './select-plays.ts';

/** Which files of which hosts are looked into. */
export interface ProbesSelection {
  readonly hosts: readonly Host[];
  readonly paths: (host: HostName) => readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Selects a file of hosts, or what the scripts of a playbook probe on its own hosts. A file is looked for on the hosts of
 * --limit; without one, on this machine.
 */
export function selectForProbes(
  what: string,
  request: PlaybookRequest,
  signal: AbortSignal,
): Promise<Result<ProbesSelection, Refusal>> {
  return /\.(?:ya?ml|json)$/.test(what)
    ? selectFilesOfPlaybook(what, request, signal)
    : selectFile(what, request, signal);
}

async function selectFile(
  file: string,
  request: PlaybookRequest,
  signal: AbortSignal,
): Promise<Result<ProbesSelection, Refusal>> {
  const isHere = request.limit === undefined;
  if (!isHere && !isAbsolute(file)) {
    const message = `${file} is no absolute path: on another host it means nothing`;
    return err(refuse('wrong-usage', { code: 'relative-path', message, cure: 'give the path as the hosts have it' }));
  }
  const selected = isHere
    ? await selectToConnect('local', { ...request, inventory: request.inventory ?? noHosts }, signal)
    : await selectToConnect('all', request, signal);
  if (!selected.ok) return selected;
  const path = resolve(file);
  return ok({ ...selected.value, paths: () => [path] });
}

/** This machine needs no inventory: the one host of this list is not what `local` means. */
const noHosts: readonly string[] = ['nowhere,'];

async function selectFilesOfPlaybook(
  playbook: string,
  request: PlaybookRequest,
  signal: AbortSignal,
): Promise<Result<ProbesSelection, Refusal>> {
  const read = await selectPlays(playbook, request, signal);
  const selected = read.ok ? await refuseProgramsOfPlays(read.value, request, signal) : read;
  if (!selected.ok) return selected;
  const { plays, warnings } = selected.value;
  const ofPlays = plays.map(probedPathsOf);
  const paths = (host: HostName): readonly string[] => [...new Set(ofPlays.flatMap(ofPlay => ofPlay(host)))];
  const hosts = new Map(plays.flatMap(play => play.hosts.map(host => [host.name, host] as const)));
  const asked = [...hosts.values()].filter(({ name }) => paths(name).length > 0);
  if (asked.length > 0) return ok({ hosts: asked, paths, warnings });
  const none = `no script of ${playbook} probes a file by its path`;
  return ok({
    hosts: [],
    paths,
    warnings: [...warnings, { severity: 'warning', code: 'no-probed-files', message: none }],
  });
}
