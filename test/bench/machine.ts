import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** On what was measured, since figures mean nothing without. */
export interface Machine {
  readonly cpu: string;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly openssh: string;
}

export function describeMachine(): Machine {
  const { stderr } = spawnSync('ssh', ['-V'], { encoding: 'utf8' });
  return {
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    openssh: /^OpenSSH_[\w.]+/.exec(stderr)?.[0] ?? 'none',
  };
}
