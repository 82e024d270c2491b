import type { Host } from '../model/host.ts';
import type { Result } from '../model/result.ts';

/** Opens connections; one adapter for each kind of connection. */
export interface Transport {
  /**
   * Connects and authenticates. Waits first until there is room for its descriptors, as long as that takes; then it ends within
   * `limits.connect` milliseconds in all cases. A host that cannot be reached is a value, and only an abort of `signal` throws
   * (the signal's reason).
   */
  connect(host: Host, options: ConnectOptions): Promise<Result<Connection, ConnectFailure>>;
  /** How many descriptors a connection to the host will probably have; default: none that count. */
  descriptorsFor?(host: Host): number;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly limits: ConnectLimits;
  /** `not-waited-for`: it goes ahead, though there may be none. Default: waited for. */
  readonly room?: 'not-waited-for';
  /** Called by an adapter that can tell, as it comes to each stage. */
  readonly onStage?: (stage: ConnectionStage) => void;
}

/** Somebody has answered at the address at all; the login begins, which may have had to wait for its turn on this side. */
export type ConnectionStage = 'answered' | 'logging-in';

/** All in milliseconds. */
export interface ConnectLimits {
  /** From the first packet to the end of authentication. */
  readonly connect: number;
  /** Between keepalives on a connection that is open; after `keepaliveCount` without an answer it counts as lost. */
  readonly keepalive: number;
  readonly keepaliveCount: number;
}

/** One open connection to one host. Disposing of it closes it; it never throws then. */
export interface Connection extends AsyncDisposable {
  /** Starts a command. The arguments arrive as they are: nothing in them is read by a shell. */
  exec(argv: readonly [string, ...string[]], options: ExecOptions): Promise<Result<RemoteProcess, ExecFailure>>;
  /** Settles when the connection is gone, for whatever reason; never rejects. */
  readonly closed: Promise<ConnectionEnd>;
  /** How many descriptors come free when it is closed; absent where none do. */
  readonly descriptors?: number;
  /** Type and fingerprint of the key that the server has shown, where it has one. */
  readonly hostKey?: string;
}

export interface ExecOptions {
  /**
   * Aborting closes the channel. That does not kill what runs on the other side: a caller that needs that has to send
   * something that watches its standard input.
   */
  readonly signal: AbortSignal;
  /** As whom: the connection's user, or the one that the host's `become` names. */
  readonly as: 'login-user' | 'become-user';
}

/** A command that runs on the host. Both outputs have to be read: an unread one stalls the channel. */
export interface RemoteProcess {
  /** As bytes, in the pieces in which they came, with back-pressure; ends where the command closes it. */
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  readonly stdin: RemoteInput;
  /** Settles when the command has ended and both outputs are at their end; never rejects. */
  readonly exit: Promise<Exit>;
}

export interface RemoteInput {
  /** Resolves when the bytes are handed on; resolves to `closed`, not a throw, if the other side reads no more. */
  write(bytes: Uint8Array | string): Promise<'written' | 'closed'>;
  end(): void;
}

export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  /** Without `SIG`: `TERM`. */
  | { readonly kind: 'signal'; readonly signal: string }
  /** The connection or channel went away before the command said how it ended. Never to be taken for success. */
  | { readonly kind: 'lost'; readonly cause: string };

export type ConnectionEnd = { readonly kind: 'closed-by-us' } | { readonly kind: 'lost'; readonly cause: string };

/** Why a host could not be reached: a sentence for a person, without a full stop, and what would mend it. */
export interface ConnectFailure {
  readonly kind:
    | 'name-not-found'
    | 'refused'
    | 'no-route'
    | 'timed-out'
    | 'host-key-unknown'
    | 'host-key-changed'
    | 'authentication'
    | 'key-unreadable'
    | 'dropped'
    | 'protocol'
    /** Not the host's fault: no file can be opened here. */
    | 'out-of-files'
    /** ssh_config or arguments for ssh that cannot be read, or ask for what is not done. */
    | 'ssh-config'
    /** Only the system's `ssh` can do what is asked for; the cause is a clause that says what that is. */
    | 'needs-openssh';
  readonly cause: string;
  readonly cure?: string;
}

/** Why a command could not be started on a connection that was open. */
export interface ExecFailure {
  readonly kind: 'lost' | 'refused' | 'become';
  readonly cause: string;
  readonly cure?: string;
}
