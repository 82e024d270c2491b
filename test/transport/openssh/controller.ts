// Connects as tapbook would, says so, and stays: for tests that kill it. Its argument is the host, as JSON.
import type { Host } from '../../../src/model/host.ts';
import { createOpensshTransport } from '../../../src/transport/openssh/openssh-transport.ts';

const host = JSON.parse(process.argv[2] ?? '') as Host;
const limits = { connect: 20_000, keepalive: 10_000, keepaliveCount: 3 };
const { signal } = new AbortController();
const connecting = createOpensshTransport().connect(host, { signal, limits });
process.stdout.write('connecting\n');
const connected = await connecting;
if (connected.ok) {
  await connected.value.exec(['sleep', '1000'], { signal, as: 'login-user' });
  process.stdout.write('connected\n');
}
