import type { BinaryProbes } from '../../model/binary-probes.ts';
import { compileGlob } from '../../model/compile-glob.ts';
import type { HostName } from '../../model/ids.ts';
import type { FailedHosts, FileOnHosts, ListedProbes, ProbesDocument } from '../../model/probes-document.ts';
import type { ListedFile } from './list-probes.ts';

/** Puts hosts together that have the same to say of a file. `functions`: a glob, which of them are listed; default: none. */
export function gatherFiles(listed: readonly ListedFile[], functions?: string): ProbesDocument {
  const files = new Map<string, FileOnHosts>();
  const failures = new Map<string, FailedHosts>();
  for (const { host, path, result } of listed) {
    if (path === undefined) {
      if (!result.ok) addTo(failures, host, failedHosts(result.error));
    } else if (result.ok)
      addTo(files, host, { path, hosts: [], result: { kind: 'ok', probes: listedOf(result.value, functions) } });
    else addTo(files, host, { path, hosts: [], result: { kind: 'failed', failure: failureOf(result.error) } });
  }
  return { format: 'tapbook-probes/1', files: [...files.values()], failures: [...failures.values()] };
}

type ListedFailure = Extract<ListedFile['result'], { ok: false }>['error'];

function failureOf({ kind: _kind, ...failure }: ListedFailure): FailedHosts['result']['failure'] {
  return failure;
}

function failedHosts(error: ListedFailure): FailedHosts {
  return { hosts: [], result: { kind: error.kind, failure: failureOf(error) } };
}

/** By all but the hosts. Of what was read, the path and the build-id are enough. */
function addTo<One extends FileOnHosts | FailedHosts>(all: Map<string, One>, host: HostName, one: One): void {
  const { result } = one;
  const what = result.kind === 'ok' ? result.probes.buildId : result;
  const key = JSON.stringify(['path' in one ? one.path : '', what]);
  const known = all.get(key) ?? one;
  all.set(key, { ...known, hosts: [...known.hosts, host] });
}

function listedOf({ functions, ...probes }: BinaryProbes, glob: string | undefined): ListedProbes {
  const counted = { ...probes, functionCount: functions.length };
  if (glob === undefined) return counted;
  const wanted = compileGlob(glob);
  return { ...counted, functions: functions.filter(name => wanted.test(name)) };
}
