import { readFileSync } from 'node:fs';
import { createOutputEmitter } from '../../src/engine/supervisor/output-emitter.ts';
import type { Event } from '../../src/model/event.ts';
import type { ModuleName } from '../../src/model/ids.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { PlannedOutput, PlannedPlay } from '../../src/model/plan.ts';
import { usualScriptBudget } from './keep-budget.ts';
import { at, finished, hosts, plan, started } from './sample-run.ts';

export interface RecordedScript {
  readonly module: string;
  /** How its output is read. */
  readonly output?: Omit<PlannedOutput, 'module'>;
}

export const labHosts: readonly string[] = ['db1', 'db2', 'web1'];

/** What a lab host once printed. */
export function recordedPath(host: string, module: string): string {
  return new URL(`../records/lab/${host}/${module}.txt`, import.meta.url).pathname;
}

/** The events of a run of these scripts, in which the hosts print these lines; without them, what the lab printed. */
export function recordedRun(
  scripts: readonly RecordedScript[],
  {
    names = labHosts,
    linesOf = recordedLines,
    outcomeOf = () => ({ kind: 'ok' }),
  }: {
    readonly names?: readonly string[];
    readonly linesOf?: (host: string, module: string) => readonly string[];
    readonly outcomeOf?: (host: string) => HostOutcome;
  } = {},
): readonly Event[] {
  const events: Event[] = [
    started,
    at(0, { kind: 'play-started', play: 'Reads', hosts: hosts(...names), buildHosts: [] }),
  ];
  const planned = planOf(names, scripts);
  events.push(at(1, { kind: 'play-planned', plan: planned }));
  for (const name of hosts(...names)) {
    const outcome = outcomeOf(name);
    for (const { module } of scripts) {
      const words = { host: name, module: module as ModuleName };
      const sink = {
        emit: (body: Parameters<typeof at>[1]) => void events.push(at(2, body)),
        congestion: () => undefined,
      };
      const emitter = createOutputEmitter(words, planned.outputs, sink, usualScriptBudget());
      for (const line of linesOf(name, module)) emitter.emitLine('stdout', line);
      const end =
        outcome.kind === 'failed'
          ? ({ kind: 'failed', failure: outcome.failure } as const)
          : ({ kind: 'duration' } as const);
      const left = { module: 'none', directory: 'removed' } as const;
      events.push(at(3, { kind: 'script-finished', ...words, end, seconds: 1, left, ...emitter.end() }));
    }
    events.push(at(4, finished(name, outcome)));
  }
  return events;
}

function recordedLines(host: string, module: string): readonly string[] {
  return readFileSync(recordedPath(host, module), 'utf8').replace(/\n$/, '').split('\n');
}

function planOf(names: readonly string[], scripts: readonly RecordedScript[]): PlannedPlay {
  const planned = plan(hosts(...names));
  const outputs = scripts.flatMap(({ module, output }) =>
    output === undefined ? [] : [{ module: module as ModuleName, ...output }],
  );
  return {
    ...planned,
    name: 'Reads',
    hosts: planned.hosts.map(host => {
      const { decision } = host;
      if (decision.kind !== 'run') return host;
      const own = scripts.flatMap(({ module }) =>
        decision.scripts.map(one => ({ ...one, module: module as ModuleName })),
      );
      return { ...host, decision: { ...decision, scripts: own } };
    }),
    ...(outputs.length === 0 ? {} : { outputs }),
  };
}
