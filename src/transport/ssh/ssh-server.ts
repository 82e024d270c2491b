import type { SshConnection } from '../../model/host.ts';

/** One server to connect to: what the inventory says, filled up with ssh's own defaults. */
export type SshServer = SshConnection & { readonly port: number };
