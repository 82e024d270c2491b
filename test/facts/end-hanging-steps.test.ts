import { expect, test } from 'vitest';
import { probeTarget } from '../../src/facts/probe-host.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeStandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';

test.concurrent.each(shells)(
  'what hangs in a probe is ended, and the probe goes on: %s',
  { timeout: 60_000 },
  async (name, shell) => {
    const span = `98765${name.charCodeAt(1)}${name.charCodeAt(0)}`;
    await using standIns = await makeStandIns();
    await standIns.add('sh', `exec ${['/bin', ...shell].join('/').replaceAll('/-', ' -').replace('/sh', ' sh')} "$@"`);
    // Neither it nor what it has begun itself may stay.
    await standIns.add('dpkg-query', `(exec /bin/sleep ${span}) & /bin/sleep ${span}; echo 'install ok installed:1'`);
    await standIns.add('staprun', `echo 'version 5.1' >&2; /bin/sleep ${span}`);
    await using sshd = await startLoopbackSshd({ path: `${standIns.folder}:/usr/sbin:/usr/bin:/sbin:/bin` });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using connection = connected.value;
    const probed = await probeTarget(connection, { signal: new AbortController().signal, limitMs: 30_000 });
    if (!probed.ok) throw new Error(probed.error.cause);
    const { staprun, runtimePackage, freeBytes } = probed.value;
    expect(staprun?.version).toBe('5.1');
    expect(runtimePackage).toBeUndefined();
    expect(freeBytes).toBeGreaterThan(0);
    const { stdout } = await standIns.run(['sh', '-c', `grep -la '[9]${span.slice(1)}' /proc/[0-9]*/cmdline | wc -l`], {
      bytes: '',
    });
    expect(stdout.toString().trim()).toBe('0');
  },
);
