import { expect, test } from 'vitest';
import type { Artifact } from '../../src/build/module-cache.ts';
import { concludeRun } from '../../src/run/conclude-run.ts';
import type { Supervision } from '../../src/run/supervision.ts';
import { newReport, type SupervisorReport } from '../../src/run/supervisor-report.ts';

const ended = { code: 0, seconds: 3, module: 'none', directory: 'removed' };

function conclude(said: Partial<SupervisorReport>, stop: 'stop-asked' | 'not-asked') {
  const options: Pick<Supervision, 'script' | 'kernel' | 'stop' | 'artifact'> = {
    script: {
      module: 'io',
      build: 'io',
      globals: [],
      limitSeconds: 30,
      end: 'at-limit',
    } as unknown as Supervision['script'],
    kernel: { release: '6.1.0', machine: 'x86_64' } as unknown as Supervision['kernel'],
    artifact: {} as Artifact,
    stop: stop === 'stop-asked' ? AbortSignal.abort() : new AbortController().signal,
  };
  return concludeRun({ ...newReport(), ...said }, { kind: 'code', code: 0 }, options as Supervision);
}

// Before `ready` the wish to stop is the end of the input; where `ready` was on its way already, a lost one looks the same.
test.each([
  ['stop-asked', 'lost', { kind: 'stopped' }],
  ['not-asked', 'lost', { kind: 'lost', cause: 'the target stopped the script: lost' }],
  ['stop-asked', 'lease', { kind: 'lost', cause: 'the target stopped the script: lease' }],
  ['stop-asked', 'asked', { kind: 'stopped' }],
] as const)('%s, and the supervisor stops for "%s"', (stop, stopping, end) => {
  expect(conclude({ ready: true, loaded: true, stopping, ended }, stop)).toEqual({
    end,
    seconds: 3,
    left: { module: 'none', directory: 'removed' },
    notes: [],
  });
});
