import { afterEach, describe, expect, it } from 'vitest';
import { makeStandIns } from '../../../support/run-script.ts';
import { change, closeAll, connect, sshd, start, textOf } from '../rig.ts';

const never = new AbortController().signal;
afterEach(closeAll);

/** What both SSH adapters do is in test/transport/ssh-contract.test.ts. */
describe('a command', () => {
  it('goes on over new keys, in both directions', async () => {
    const { host } = await sshd({ config: ['RekeyLimit 1M'] });
    const connection = await connect(host);
    const process = await start(connection, ['cat']);
    const sent = 'x'.repeat(3_000_000);
    const sending = process.stdin.write(sent).then(() => process.stdin.end());
    const [stdout] = await Promise.all([textOf(process.stdout), textOf(process.stderr), sending]);
    expect(stdout === sent).toBe(true);
  });

  it('runs as the user that the host becomes', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('sudo', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@" became');
    const { host } = await sshd({ path: `${standIns.folder}:/usr/bin:/bin` });
    const connection = await connect(change(host, { become: { method: 'sudo', user: 'dba' } }));
    const started = await connection.exec(['echo', 'I'], { signal: never, as: 'become-user' });
    expect(started.ok ? await textOf(started.value.stdout) : started.error).toBe('I became\n');
  });
});
