import type { ConnectFailure } from '../transport.ts';

/** A setting that is wrong, or that only the system's `ssh` can make something of. The cause is a clause, without its place. */
export type Misfit = Pick<ConnectFailure, 'cause'> & { readonly kind: 'ssh-config' | 'needs-openssh' };
