import type { Finding } from './finding.ts';
import type { HostName, KernelRelease, Machine } from './ids.ts';

/** What `tapbook doctor --format json` prints, as `schemas/doctor.schema.json` has it. */
export interface DiagnosisDocument {
  /** Raised when the form changes so that readers have to know. */
  readonly format: 'tapbook-doctor/1';
  /** The playbook's path as it was given; absent where only hosts were examined. */
  readonly playbook?: string;
  readonly plays: readonly PlayDiagnosis[];
}

/** What holds and what is missing on the hosts of one play: its targets first, each in the order of selection. */
export interface PlayDiagnosis {
  readonly name: string;
  readonly hosts: readonly HostDiagnosis[];
}

export interface HostDiagnosis {
  readonly host: HostName;
  readonly role: 'target' | 'build-host';
  /** `unreachable`: nothing but the connection was looked at. */
  readonly result: 'ok' | 'failed' | 'unreachable';
  readonly kernel?: { readonly release: KernelRelease; readonly machine: Machine };
  /** `PRETTY_NAME` of its /etc/os-release. */
  readonly os?: string;
  /** In the order in which they are looked at. */
  readonly findings: readonly HostFinding[];
}

export interface HostFinding extends Finding {
  /** On a build host: the kernel that it is about, `RELEASE MACHINE`; absent where it is about all that are wanted. */
  readonly kernel?: string;
}
