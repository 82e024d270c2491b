import type { Client } from 'ssh2';

interface Insides {
  readonly _protocol?: { readonly _handlers?: { GLOBAL_REQUEST?: GlobalRequestHandler } };
}

type GlobalRequestHandler = (protocol: unknown, name: string, wantsReply: boolean, data: unknown) => void;

/**
 * OpenSSH's servers tell all their host keys once somebody is logged in. ssh2 has them proved, by a round trip and a
 * signature for each, to tell us; we go by known_hosts and want to hear nothing of it. It has no option for that, so what
 * takes the announcement is replaced; an ssh2 that is made otherwise goes on as it does.
 */
export function passOverHostKeys(client: Client): void {
  const handlers = (client as unknown as Insides)._protocol?._handlers;
  const handle = handlers?.GLOBAL_REQUEST;
  if (handlers === undefined || handle === undefined) return;
  handlers.GLOBAL_REQUEST = (protocol, name, wantsReply, data) => {
    // It wants no reply (PROTOCOL, 2.5).
    if (name === 'hostkeys-00@openssh.com' && !wantsReply) return;
    handle(protocol, name, wantsReply, data);
  };
}
