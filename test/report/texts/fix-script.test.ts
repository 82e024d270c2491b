import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatFixScripts } from '../../../src/report/texts/fix-script.ts';
import { shellLine } from '../../../src/transport/shell/shell-quote.ts';
import { examined, noRuntime, runtime, sample } from '../../support/sample-diagnosis.ts';

test('a script for each set of hosts that needs the same, none where all is well', () => {
  const scripts = formatFixScripts([sample], shellLine);
  expect(scripts.map(({ text }) => text).join('=====\n')).toMatchInlineSnapshot(`
    "#!/bin/sh
    # For root on bare1 (Debian GNU/Linux 13 (trixie)). Read it before you run it.
    set -eu

    # runtime: systemtap-runtime is not installed (no staprun)
    apt-get update
    env DEBIAN_FRONTEND=noninteractive apt-get install -y systemtap-runtime=5.1-5
    =====
    #!/bin/sh
    # For root on strict1 (Debian GNU/Linux 13 (trixie)). Read it before you run it.
    set -eu

    # lockdown: the kernel is locked down (integrity) and refuses unsigned modules
    # by hand: boot without lockdown= and Secure Boot, or have the play sign its modules
    =====
    #!/bin/sh
    # For root on builder (Debian GNU/Linux 13 (trixie)). Read it before you run it.
    set -eu

    # headers (6.1.0-56-cloud-amd64 x86_64): gcc 12 is wanted, gcc 14 is thererm -rf /
    apt-get install -y gcc-12
    "
  `);
});

test('hosts with the same script share it; a host of two plays has each command once', () => {
  const two = [examined('a1', [noRuntime]), examined('a2', [noRuntime])];
  const scripts = formatFixScripts(
    [
      { name: 'one', hosts: two },
      { name: 'two', hosts: [examined('a1', [noRuntime]), examined('b', [runtime])] },
    ],
    shellLine,
  );
  expect(scripts.map(({ hosts }) => hosts.map(({ host }) => host))).toEqual([['a1', 'a2']]);
  expect(scripts[0]?.text.match(/systemtap-runtime=5/g)).toHaveLength(1);
});

test('text of another machine cannot become a command', () => {
  const evil = { check: 'command', status: 'failed', found: 'no\ntouch /tmp/owned\r\n#', cure: 'a\nb' } as const;
  const quoted = { ...noRuntime, fix: [['echo', "it's; $(touch /tmp/owned) \\ `x`\nnext"]] };
  const [script] = formatFixScripts([{ name: 'p', hosts: [examined('h', [evil, quoted])] }], shellLine);
  const ran = spawnSync('sh', ['-s'], { input: script?.text ?? '', encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stderr: '', stdout: "it's; $(touch /tmp/owned) \\ `x`\nnext\n" });
});
