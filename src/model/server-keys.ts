/** A key that an SSH server showed, and what became of it. */
export interface ShownKey {
  /** As `ssh-keygen -l` has it: `ssh-ed25519 SHA256:…`. */
  readonly fingerprint: string;
  readonly state: 'known' | 'new' | 'written' | 'declined' | 'refused';
  /** The known_hosts file that it was written to. */
  readonly file?: string;
  readonly failure?: KeyFailure;
}

export interface KeyFailure {
  readonly kind: string;
  readonly cause: string;
  readonly cure?: string;
}

/** A server that was asked for its keys: a host, or a bastion on the way to `host`. */
export type ServerKeys = { readonly host: string; readonly server: string; readonly role: 'host' | 'bastion' } & (
  | { readonly result: 'shown'; readonly keys: readonly ShownKey[] }
  | { readonly result: 'unreachable'; readonly failure: KeyFailure }
);
