import type { HostName } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Failure } from '../../model/outcome.ts';
import { formatLines } from '../layout/format-lines.ts';

/** As much of a host's facts as people are shown; `undefined` means that the host does not say. */
export interface ShownFacts {
  readonly kernel: Kernel;
  readonly os: { readonly id?: string; readonly name?: string };
  readonly user: { readonly name: string };
  readonly becomeUser?: { readonly name: string };
  readonly sudo: string;
  readonly staprun?: { readonly path: string; readonly version?: string };
  readonly runtimePackage?: { readonly name: string; readonly version: string };
  readonly cpus: number;
  readonly loadAverage: readonly number[];
  readonly freeBytes?: number;
  readonly uploadDirectory: string;
}

/** What `tapbook facts` has of a host: all of its facts, or why there are none. */
export type HostAnswer = { readonly host: HostName } & (
  | { readonly result: 'ready'; readonly facts: ShownFacts }
  | { readonly result: 'failed' | 'unreachable'; readonly failure: Failure }
);

/** A host's name, and below it a line for each fact. */
export function formatFacts(answer: HostAnswer): string {
  const name = formatLines([answer.host]);
  if (answer.result !== 'ready') {
    const { cause, cure } = answer.failure;
    return name + formatLines([`${answer.result}: ${cause}`, ...(cure === undefined ? [] : [cure])], '    ');
  }
  return (
    name +
    formatLines(
      rowsOf(answer.facts).map(([key, value]) => `${key.padEnd(8)} ${value}`),
      '    ',
    )
  );
}

function rowsOf(facts: ShownFacts): readonly (readonly [key: string, value: string])[] {
  const { kernel, os, user, becomeUser, sudo, staprun, runtimePackage, cpus, loadAverage, freeBytes } = facts;
  const free = freeBytes === undefined ? 'unknown' : `${(freeBytes / 1e6).toFixed(0)} MB`;
  return [
    ['kernel', `${kernel.release} ${kernel.machine} (${kernel.version})`],
    ['system', os.name ?? os.id ?? 'unknown'],
    ['user', becomeUser === undefined ? `${user.name}, sudo: ${sudo}` : `${user.name}, becomes ${becomeUser.name}`],
    ['staprun', staprun === undefined ? 'missing' : `${staprun.version ?? 'version unknown'} (${staprun.path})`],
    ['package', runtimePackage === undefined ? 'none' : `${runtimePackage.name} ${runtimePackage.version}`],
    ['load', `${loadAverage.join(' ')} on ${cpus} CPUs`],
    ['free', `${free} in ${facts.uploadDirectory}`],
  ];
}
