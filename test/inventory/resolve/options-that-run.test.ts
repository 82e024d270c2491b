import { expect, test } from 'vitest';
import { optionsThatRun } from '../../../src/inventory/resolve/options-that-run.ts';
import { readSshArgs } from '../../../src/inventory/resolve/read-ssh-args.ts';

test.each([
  ['-o ProxyCommand="nc %h %p"', ['ProxyCommand']],
  ['-oproxycommand=evil -o PROXYCOMMAND=none', ['ProxyCommand']],
  ['-o ProxyCommand=none -o PermitLocalCommand=no', []],
  ['-o PermitLocalCommand=yes -o LocalCommand=evil', ['PermitLocalCommand', 'LocalCommand']],
  ['-o KnownHostsCommand=/x -o PKCS11Provider=/x.so', ['KnownHostsCommand', 'PKCS11Provider']],
  ['-o SecurityKeyProvider=/x.so', ['securitykeyprovider']],
  ['-o XAuthLocation=/x -X', ['xauthlocation', 'ForwardX11']],
  ['-o Include=/x', ['include']],
  ['-I /x.so', ['PKCS11Provider']],
  ['-F ssh_config', ['-F']],
  ['-F none', []],
  ['-E /x -L 1:h:1', ['-E', '-L']],
  ['-o SomethingNewer=x', ['somethingnewer']],
  ['-J bastion -p 22 -l me -i key -4 -C -v', []],
  ['-J "a`evil`b"', ['proxyjump']],
  ['-o "User=$(evil)"', ['user']],
  ['-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no', []],
  ['-o ServerAliveInterval=15 -o PreferredAuthentications=publickey -o ForwardAgent=yes', []],
])('%s', (text, expected) => {
  const args = readSshArgs(text);
  expect(args.ok && optionsThatRun(args.value)).toEqual(expected);
});
