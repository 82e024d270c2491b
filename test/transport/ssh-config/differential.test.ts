import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readSshArgs } from '../../../src/inventory/resolve/read-ssh-args.ts';
import type { SshConnection } from '../../../src/model/host.ts';
import { createServerResolver } from '../../../src/transport/ssh-config/resolve-server.ts';
import type { SshServer } from '../../../src/transport/ssh-config/ssh-server.ts';

/** That of the account, whatever $HOME says. */
const { homedir: home, username } = userInfo();

/** A configuration, the host that is asked for, and arguments for ssh besides. `DIR` is the folder of the files. */
interface Case {
  readonly name: string;
  readonly config: string;
  readonly hosts: readonly string[];
  readonly args?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Filled in, where `ssh -G` prints the files as they are written. */
  readonly identityFiles?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'nothing', config: '', hosts: ['db1', '10.0.0.1', '::1'] },
  { name: 'the first value wins', config: 'Host db*\n Port 1\nHost *\n Port 2\n User ops\n', hosts: ['db1', 'web1'] },
  { name: 'before any Host', config: 'Port 7\nHost db1\n Port 8\n', hosts: ['db1'] },
  { name: 'several patterns', config: 'Host a b? *.lan\n User x\n', hosts: ['a', 'b1', 'b', 'c.lan', 'lan'] },
  { name: 'negation', config: 'Host * !db2\n User x\nHost !db1\n Port 9\n', hosts: ['db1', 'db2'] },
  { name: 'commas are no separators of Host', config: 'Host a,b\n User x\n', hosts: ['a', 'b'] },
  { name: 'upper case in patterns', config: 'Host DB1\n User x\nHost db1\n Port 5\n', hosts: ['DB1', 'db1'] },
  { name: 'keywords in any case', config: 'hOsT a\n pOrT 3\n USER z\n', hosts: ['a'] },
  { name: 'an equals sign', config: 'Host a\n Port=3\n User = z\n HostName= b\n', hosts: ['a'] },
  { name: 'quotes', config: 'Host "a"\n User "z y"\n IdentityFile "/k/with blank"\n', hosts: ['a'] },
  {
    name: 'single quotes and backslashes',
    config:
      "Host 'n1' n\\ 4\n User 'o p'\n IdentityFile '/k/my key'\nHost n2\n IdentityFile /k/my\\ key\n User o\"p s\"'x'\n" +
      'Host n3\n IdentityFile "/k/a\\"b\\\\c\\ d"\n User a\\b\\\'c\n',
    hosts: ['n1', 'n2', 'n3'],
  },
  {
    name: 'a number sign within a word',
    config: 'Host a#b # c\n User x#y #z\n IdentityFile "/k/# 1"\n HostName h\n',
    hosts: ['a#b', 'a'],
  },
  { name: 'comments', config: '# c\nHost a # b\n  # d\n  Port 3 # e\n', hosts: ['a', 'b'] },
  { name: 'tabs and carriage returns', config: 'Host a\r\n\tPort\t3\r\n\tUser z\r\n', hosts: ['a'] },
  { name: 'HostName with tokens', config: 'Host *\n HostName %h.example.com\n', hosts: ['db1'] },
  { name: 'HostName with a percent sign', config: 'Host *\n HostName %%%h\n', hosts: ['db1'] },
  { name: 'HostName is an address', config: 'Host a\n HostName 10.1.2.3\n Port 2222\n', hosts: ['a'] },
  {
    name: 'identity files add up',
    config: 'Host a\n IdentityFile /k/1\nHost *\n IdentityFile /k/2\n IdentityFile /k/1\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'tokens in identity files',
    config: 'Host *\n User ops\n Port 33\n HostName %h.lan\n IdentityFile /k/%h-%n-%p-%r-%i-%%\n',
    hosts: ['a'],
    identityFiles: [`/k/a.lan-a-33-ops-${userInfo().uid}-%`],
  },
  {
    name: 'home in paths',
    config: 'IdentityFile ~/.ssh/own\nIdentityFile %d/other\nUserKnownHostsFile ~/kh\n',
    hosts: ['a'],
    identityFiles: [`${home}/.ssh/own`, `${home}/other`],
  },
  {
    name: 'homes of accounts',
    config:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh leaves it
      'UserKnownHostsFile ~daemon/kh ~root/%h\nGlobalKnownHostsFile /g/%h-${HOME}\nIdentityAgent ~daemon/agent-%C\n' +
      'IdentityFile ~daemon/k\n',
    hosts: ['a'],
    identityFiles: ['/usr/sbin/k'],
  },
  {
    name: 'an account that is not there, for another host',
    config: 'Host b\n UserKnownHostsFile ~nobody-here/kh\n Include ~nobody-here/inc\n',
    hosts: ['a'],
  },
  {
    name: 'every token of a path',
    config:
      'HostKeyAlias Web\nHost a\n HostName B.lan\n User ops\n Port 33\nHost *\n' +
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh fills it in
      ' UserKnownHostsFile /k/%%-%h-%i-%k-%L-%l-%n-%p-%r-%u-%C-%d /x${HOME}$HOME\n IdentityAgent /a/%h-%n\n',
    hosts: ['a', 'Db1'],
  },
  { name: 'no identity', config: 'IdentityFile none\n', hosts: ['a'] },
  {
    name: 'the environment in paths',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh fills it in
    config: 'IdentityFile ${HOME}/k\n',
    hosts: ['a'],
    identityFiles: ['DIR/k'],
  },
  {
    name: 'agents',
    config: 'Host a\n IdentityAgent none\nHost b\n IdentityAgent ~/agent.sock\nHost c\n IdentityAgent SSH_AUTH_SOCK\n',
    hosts: ['a', 'b', 'c'],
  },
  {
    name: 'other words for the same',
    config:
      'IdentityFile2 /k/1\nDSAAuthentication no\nPubkeyAuthentication yes\nIdentityFile /k/2\nSKeyAuthentication no\n' +
      'KbdInteractiveAuthentication yes\n',
    hosts: ['a'],
  },
  { name: 'identities only', config: 'Host a\n IdentitiesOnly yes\n', hosts: ['a', 'b'] },
  {
    name: 'known hosts files',
    config: 'UserKnownHostsFile /kh/1 "/kh/2" ~/kh3\nGlobalKnownHostsFile /g/1 /g/2\n',
    hosts: ['a'],
  },
  { name: 'no known hosts files', config: 'UserKnownHostsFile none\nGlobalKnownHostsFile none\n', hosts: ['a'] },
  {
    name: 'a known hosts file for each',
    config: 'UserKnownHostsFile ~/.ssh/kh.d/%k\nHost b\n HostKeyAlias other\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'a known hosts file for each connection',
    config: 'UserKnownHostsFile DIR/%C\nPort 33\nHost a\n HostName b\n User ops\nHost c\n ProxyJump none\n',
    hosts: ['a', 'b', 'c'],
  },
  { name: 'a key alias', config: 'HostKeyAlias Cluster\nPort 2222\n', hosts: ['a'] },
  {
    name: 'host key checking',
    config: ['yes', 'no', 'off', 'ask', 'accept-new']
      .map(word => `Host ${word}\n StrictHostKeyChecking ${word}\n`)
      .join(''),
    hosts: ['yes', 'no', 'off', 'ask', 'accept-new'],
  },
  {
    name: 'times',
    config:
      'Host a\n ConnectTimeout 5\n ServerAliveInterval 15\n ServerAliveCountMax 4\nHost b\n ConnectTimeout 1m30\n',
    hosts: ['a', 'b', 'c'],
  },
  {
    name: 'how often a silent host is asked',
    config: 'ServerAliveInterval 9\nHost a\n ServerAliveCountMax 0\nHost b\n ServerAliveCountMax 99999\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'words that ssh passes over',
    config:
      'Protocol 2\nKeepAlive yes\nLocalCommand echo %h\nUseRoaming yes\nRSAAuthentication yes\nCipher 3des\n' +
      'CompressionLevel 6\nUsePrivilegedPort yes\nPort 4\n',
    hosts: ['a'],
  },
  { name: 'families', config: 'Host a\n AddressFamily inet\nHost b\n AddressFamily inet6\n', hosts: ['a', 'b', 'c'] },
  { name: 'an address to come from', config: 'BindAddress 127.0.0.9\n', hosts: ['a'] },
  { name: 'a bastion', config: 'Host db*\n ProxyJump ops@bastion:2222\n', hosts: ['db1', 'bastion'] },
  { name: 'two bastions', config: 'Host db1\n ProxyJump a,ssh://u@b:33\n', hosts: ['db1'] },
  { name: 'a bastion at an IPv6 address', config: 'Host db1\n ProxyJump u@[fe80::1]:33\n', hosts: ['db1'] },
  { name: 'words behind a bastion', config: 'Host db1\n ProxyJump u@b:33 c # d\n', hosts: ['db1'] },
  { name: 'no bastion after all', config: 'Host db1\n ProxyJump none\nHost * !b\n ProxyJump b\n', hosts: ['db1', 'x'] },
  { name: 'a bastion before a command', config: 'Host db1\n ProxyJump b\n ProxyCommand nc %h %p\n', hosts: ['db1'] },
  { name: 'Match all', config: 'Match all\n User x\n', hosts: ['a'] },
  {
    name: 'Match host',
    config: 'Host a\n HostName b\nMatch host b\n User x\nMatch host a\n Port 4\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'Match originalhost',
    config: 'Host a\n HostName b\nMatch originalhost a\n User x\nMatch originalhost b\n Port 4\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'Match originalhost in another case',
    config: 'Match originalhost DB*,web\n User x\nMatch originalhost web !host other\n Port 4\n',
    hosts: ['db1', 'Db1', 'WEB'],
  },
  {
    name: 'Match with an equals sign',
    config: 'Match host=*.example user = "root"\n Port 4\nMatch host="n1.*" # all\n User ops\nMatch=all\n Port=9\n',
    hosts: ['n1.example', 'n2.example', 'x'],
  },
  {
    name: 'Match user',
    config: 'Host a\n User ops\nMatch user ops,dba\n Port 4\nMatch user !ops,*\n Port 5\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'Match localuser',
    config: `Match localuser ${username},x\n Port 4\nMatch localuser nobody\n User x\n`,
    hosts: ['a'],
  },
  {
    name: 'Match with a negation',
    config: 'Match !host a\n User x\nMatch host * !user root\n Port 6\n',
    hosts: ['a', 'b'],
  },
  {
    name: 'Match of several',
    config: 'Match host a user ops\n Port 4\nHost a\n User ops\nMatch host a user ops\n Port 5\n',
    hosts: ['a'],
  },
  { name: 'Match final', config: 'Match final host a.lan\n Port 4\nHost a\n HostName a.lan\n', hosts: ['a', 'b'] },
  {
    name: 'Match final all',
    config: 'Match final all\n IdentityFile /k/final\nHost a\n IdentityFile /k/a\n',
    hosts: ['a'],
  },
  {
    name: 'Match exec behind what does not hold',
    config: 'Match host other exec "touch DIR/ran"\n Port 4\n',
    hosts: ['a'],
  },
  {
    name: 'Include',
    config: 'Include DIR/more/*.conf DIR/none\nHost a\n Port 4\n',
    files: {
      'more/2.conf': 'Host a\n Port 2\n',
      'more/1.conf': 'Host a\n User one\n Port 1\n',
      'more/.3.conf': 'Host a\n ConnectTimeout 9\n',
      'more/x': 'User no\n',
    },
    hosts: ['a'],
  },
  {
    name: 'Include within Host',
    config: 'Host a\n Include DIR/own\n User after\nHost b\n Port 9\n',
    files: { own: 'Port 3\nHost b\n User inner\n' },
    hosts: ['a', 'b'],
  },
  {
    name: 'Include from a home',
    config: 'Include ~/own near ~daemon/none\n',
    files: { own: 'Port 3\n', '.ssh/near': 'User near\n' },
    hosts: ['a'],
  },
  {
    name: 'Include of includes',
    config: 'Include DIR/1\nPort 9\n',
    files: { '1': 'Include DIR/2\nHost a\n User x\n', '2': 'Host a\n Port 2\n' },
    hosts: ['a', 'b'],
  },
  {
    name: 'what is of no interest',
    config:
      'Host *\n SendEnv LANG LC_*\n Compression yes\n ControlMaster auto\n ControlPath /tmp/%C\n ForwardAgent yes\n LogLevel ERROR\n',
    hosts: ['a'],
  },
  {
    name: 'an unknown keyword that may be',
    config: 'IgnoreUnknown UseKeychain,Foo*\nHost *\n UseKeychain yes\n FooBar x\n Port 3\n',
    hosts: ['a'],
  },
  {
    name: 'arguments before the file',
    config: 'Host *\n Port 1\n User x\n IdentityFile /k/file\n',
    args: '-p 2 -l y -i /etc/hosts',
    hosts: ['a'],
  },
  {
    name: 'arguments with quotes and blanks',
    config: '',
    args: `-l 'o p#1' -i "DIR/it's #1"`,
    files: { "it's #1": '' },
    hosts: ['a'],
  },
  {
    name: 'arguments by -o',
    config: 'Host a\n User x\n ProxyJump b\n',
    args: '-o ProxyJump=c:22 -oUser=y -o "Port 9" -o StrictHostKeyChecking=no',
    hosts: ['a'],
  },
  {
    name: 'a bastion with a user of a directory',
    config: 'Host c\n ProxyJump jim@corp.example@b\n',
    hosts: ['a', 'c'],
  },
  { name: 'Match host in upper case', config: 'Match host DB1\n User x\n', hosts: ['db1'] },
  {
    name: 'a folder among the included',
    config: 'Include DIR/d/*\nPort 9\n',
    files: { 'd/sub/x': 'User no\n', 'd/1': 'User one\n' },
    hosts: ['a'],
  },
  { name: '-J', config: 'Host a\n ProxyJump b\n', args: '-J c,d', hosts: ['a'] },
  { name: '-4 and -o UserKnownHostsFile', config: '', args: '-4 -o UserKnownHostsFile=/dev/null', hosts: ['a'] },
];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('ssh_config, as ssh -G says it', () => {
  const root = mkdtempSync(join(tmpdir(), 'tapbook-ssh-config-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const count = cases.reduce((sum, one) => sum + one.hosts.length, 0);
  console.log(`differential: ${count} hosts of ${cases.length} ssh configurations are compared with ssh -G`);

  it.each(cases.flatMap(one => one.hosts.map(host => ({ ...one, host }))))('$name: $host', one => {
    const directory = join(root, one.name.replaceAll(/\W+/g, '-'));
    const file = (name: string, text: string): string => {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text.replaceAll('DIR', directory));
      return path;
    };
    for (const [name, text] of Object.entries(one.files ?? {})) file(name, text);
    // It counts for what ssh asks the environment about, and for nothing else.
    vi.stubEnv('HOME', directory);
    const config = file('config', one.config);
    const args = readSshArgs(`-F '${config}' ${one.args?.replaceAll('DIR', directory) ?? ''}`);
    if (!args.ok) throw new Error(args.error);
    const connection: SshConnection = { kind: 'ssh', client: 'any', address: one.host, args: args.value };
    const resolved = createServerResolver()(connection);
    if (!resolved.ok) throw new Error(resolved.error.cause);
    const asked = askSsh([...args.value.words, one.host]);
    const { identityFiles } = one;
    const filled = identityFiles?.map(path => path.replaceAll('DIR', directory));
    expect(inWords(resolved.value)).toEqual(filled === undefined ? asked : { ...asked, identityfile: filled });
  });
});

/** A good line for each keyword that does not need the system's ssh. */
const goodLines = [
  ...['AddKeysToAgent confirm 5m', 'AddressFamily any', 'BatchMode yes', 'BindAddress 127.0.0.9', 'CanonicalDomains a'],
  ...['CanonicalizeFallbackLocal yes', 'CanonicalizeMaxDots 1', 'CanonicalizePermittedCNAMEs a:b', 'CheckHostIP yes'],
  ...['ChallengeResponseAuthentication no', 'Cipher 3des', 'ClearAllForwardings yes', 'Compression yes'],
  ...['CompressionLevel 6', 'ConnectionAttempts 2', 'ConnectTimeout 4', 'ControlMaster no', 'ControlPath /x'],
  ...['ControlPersist no', 'DSAAuthentication no', 'DynamicForward 1080', 'EnableSSHKeysign no', 'EscapeChar none'],
  ...['ExitOnForwardFailure no', 'FallBackToRsh no', 'FingerprintHash md5', 'ForkAfterAuthentication no'],
  ...['ForwardAgent no', 'ForwardX11 no', 'ForwardX11Timeout 20', 'ForwardX11Trusted no', 'GatewayPorts no'],
  ...['GlobalKnownHostsFile /x', 'GSSAPIAuthentication no', 'GSSAPIDelegateCredentials no', 'HashKnownHosts no'],
  ...['HostbasedAcceptedAlgorithms ssh-rsa', 'HostKeyAlias a', 'HostName a', 'IdentitiesOnly no', 'IdentityAgent /x'],
  ...['IdentityFile /x', 'IgnoreUnknown x', 'IPQoS lowdelay', 'KbdInteractiveAuthentication no', 'KeepAlive yes'],
  ...['KerberosAuthentication no', 'LocalForward 1 a:2', 'LogLevel INFO', 'LogVerbose x', 'NumberOfPasswordPrompts 1'],
  ...['PasswordAuthentication no', 'PermitLocalCommand no', 'PermitRemoteOpen a:1', 'Port 3', 'Protocol 2'],
  ...['PreferredAuthentications publickey', 'ProxyJump a', 'ProxyUseFdpass no', 'PubkeyAuthentication no'],
  ...['RekeyLimit 1G 1h', 'RemoteForward 1 a:2', 'RequestTTY no', 'RhostsRSAAuthentication no', 'RSAAuthentication no'],
  ...['SecurityKeyProvider x', 'SendEnv A', 'ServerAliveCountMax 1', 'ServerAliveInterval 4', 'SessionType default'],
  ...['SetEnv A=b', 'StdinNull no', 'StreamLocalBindMask 0177', 'StreamLocalBindUnlink no', 'StrictHostKeyChecking no'],
  ...['SyslogFacility USER', 'TCPKeepAlive yes', 'Tunnel no', 'TunnelDevice any', 'UpdateHostKeys no'],
  ...['UsePrivilegedPort no', 'User a', 'UserKnownHostsFile /x', 'UserKnownHostsFile2 /x', 'UseRoaming no'],
  ...['VisualHostKey no', 'XAuthLocation /x'],
];

describe('what ssh refuses for what stands behind a value', () => {
  const more = ['UserKnownHostsFile none /x', 'GlobalKnownHostsFile /x NONE'];
  const root = mkdtempSync(join(tmpdir(), 'tapbook-ssh-lines-'));
  afterAll(() => rmSync(root, { recursive: true }));
  /** Whether ssh takes the lines, which it looks at even where they are for another host, and what is said of them here. */
  const ask = (lines: readonly string[]): { readonly isTaken: boolean; readonly said: string } => {
    const configFile = join(root, 'config');
    writeFileSync(configFile, ['Host other', ...lines, ''].join('\n'));
    const resolved = createServerResolver()(plainHost('a', configFile));
    const { status } = spawnSync('ssh', ['-G', '-F', configFile, 'a']);
    return { isTaken: status === 0, said: resolved.ok ? '' : resolved.error.cause };
  };

  it('is no comment', () => {
    expect(ask([...goodLines, ...goodLines.map(line => `${line} # c`)])).toEqual({ isTaken: true, said: '' });
  });

  it.each([...goodLines.map(line => `${line} ${line.split(' ').at(-1)}`), ...more])('%s', line => {
    const { isTaken, said } = ask([line]);
    expect(said).toMatch(isTaken ? /^$/ : /^\S+config:2 is no line of ssh_config: /);
  });
});

describe("a host that only the system's ssh can make something of", () => {
  const root = mkdtempSync(join(tmpdir(), 'tapbook-ssh-left-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    ['UserKnownHostsFile /k/%C\nProxyJump b\n', 'the token %C is used in CONFIG:1'],
    ['UserKnownHostsFile /k/%j\n', 'the token %j is used in CONFIG:1'],
    ['IdentityFile /k/%T\n', 'the token %T is used in CONFIG:1'],
    ['HostName %n.lan\n', 'the token %n is used in CONFIG:1'],
    ['ProxyJump %k\n', 'the token %k is used in CONFIG:1'],
    ['User %h-ops\n', 'User is %h-ops in CONFIG:1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh fills it in
    ['User ${OPS}\n', 'User is ${OPS} in CONFIG:1'],
    ['UserKnownHostsFile ~nobody-here/kh\n', '/etc/passwd has no account nobody-here, which is named in CONFIG:1'],
    ['Include ~nobody-here/inc\n', '/etc/passwd has no account nobody-here, which is named in CONFIG:1'],
    ['Match tagged x\n Port 3\n', 'Match tagged is set in CONFIG:1'],
    ['Match final tagged x\n Port 3\n', 'Match tagged is set in CONFIG:1'],
    ['Match exec "true"\n Compression yes\n', 'Match exec is set in CONFIG:1'],
    ['Ciphers aes128-ctr\n', 'ciphers is set in CONFIG:1'],
    ['RefuseConnection no\n', ''],
    ['RefuseConnection "moved"\n', 'refuseconnection is set in CONFIG:1'],
    ['PermitLocalCommand yes\nLocalCommand true\n', 'localcommand is set in CONFIG:2'],
    ['LocalCommand true\n', ''],
    ['Tag x\nVersionAddendum y\nObscureKeystrokeTiming no\n', ''],
  ])('%j', (config, cause) => {
    const configFile = join(root, 'config');
    writeFileSync(configFile, config);
    const resolved = createServerResolver()(plainHost('a', configFile));
    expect(resolved.ok ? '' : `${resolved.error.kind}: ${resolved.error.cause}`).toBe(
      cause === '' ? '' : `needs-openssh: ${cause.replace('CONFIG', configFile)}`,
    );
  });
});

describe('how long a login may take', () => {
  const root = mkdtempSync(join(tmpdir(), 'tapbook-ssh-wait-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('is what the inventory says, after ansible_ssh_args, and holds for the way there', () => {
    const configFile = join(root, 'config');
    writeFileSync(configFile, 'Host a\n ProxyJump b\nHost *\n ConnectTimeout 7\n');
    const resolve = (args: string, limits: SshConnection['limits']) => {
      const read = readSshArgs(`-F ${configFile} ${args}`);
      if (!read.ok) throw new Error(read.error);
      const leading = { words: read.value.words.length, options: read.value.options.length };
      const given = limits === undefined ? {} : { limits };
      const connection = { ...plainHost('a', configFile), args: { ...read.value, leading }, ...given };
      const resolved = createServerResolver()(connection);
      return resolved.ok ? [resolved.value.connectMs, resolved.value.jump?.connectMs] : resolved.error;
    };
    expect(resolve('', undefined)).toEqual([7_000, 7_000]);
    expect(resolve('', { connectSeconds: 40 })).toEqual([40_000, 40_000]);
    expect(resolve('-o ConnectTimeout=3', { connectSeconds: 40 })).toEqual([3_000, 40_000]);
  });
});

describe('homes', () => {
  const root = mkdtempSync(join(tmpdir(), 'tapbook-ssh-home-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('are those of accounts, where ssh keeps its files', () => {
    vi.stubEnv('HOME', root);
    const resolved = createServerResolver()(plainHost('a', 'none'));
    expect(resolved.ok && resolved.value.keys.files[0]).toBe(`${home}/.ssh/id_rsa`);
    expect(resolved.ok && resolved.value.hostKeys.userFiles).toEqual(askSsh(['-F', 'none', 'a'])['userknownhostsfile']);
  });

  it('may be another one', () => {
    mkdirSync(join(root, '.ssh'), { recursive: true });
    writeFileSync(join(root, '.ssh/config'), 'Host box\n HostName 127.0.0.7\n Port 2301\n', { mode: 0o600 });
    const resolved = createServerResolver(root)({ kind: 'ssh', client: 'any', address: 'box' });
    expect(resolved.ok && [resolved.value.address, resolved.value.port]).toEqual(['127.0.0.7', 2301]);
  });
});

function plainHost(address: string, configFile: string): SshConnection {
  return { kind: 'ssh', client: 'any', address, args: { words: [], options: [], configFile } };
}

/** What `ssh -G` prints, by its keywords. */
function askSsh(args: readonly string[]): Record<string, unknown> {
  const output = execFileSync('ssh', ['-G', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = output
    .split('\n')
    .map(line => /^(\S+) (.*)$/.exec(line))
    .filter(match => match !== null);
  const one = (keyword: string): string | undefined => lines.find(match => match[1] === keyword)?.[2];
  const files = lines.filter(match => match[1] === 'identityfile').map(match => match[2]?.replace(/^~/, home));
  const isDefault = files.includes(`${home}/.ssh/id_ecdsa_sk`);
  const known = (keyword: string) =>
    one(keyword)
      ?.split(' ')
      .filter(path => path !== 'none')
      .map(path => path.replace(/^~/, home));
  const agent = one('identityagent');
  return {
    hostname: one('hostname'),
    port: one('port'),
    user: one('user'),
    // Without a word of anybody, those for tokens and those of the past are left out here.
    identityfile: isDefault
      ? files.filter(path => !/_sk$|_xmss$|_dsa$/.test(path ?? ''))
      : files.filter(path => path !== 'none'),
    identitiesonly: one('identitiesonly'),
    identityagent:
      agent === undefined || agent === 'SSH_AUTH_SOCK'
        ? process.env['SSH_AUTH_SOCK']
        : agent === 'none'
          ? undefined
          : agent.replace(/^~/, home),
    userknownhostsfile: known('userknownhostsfile'),
    globalknownhostsfile: known('globalknownhostsfile'),
    hostkeyalias: one('hostkeyalias'),
    stricthostkeychecking: (
      { true: 'refused', ask: 'refused', false: 'accepted', 'accept-new': 'accepted' } as Record<string, string>
    )[one('stricthostkeychecking') ?? ''],
    connecttimeout: one('connecttimeout'),
    serveralive:
      one('serveraliveinterval') === '0' ? undefined : `${one('serveraliveinterval')} x ${one('serveralivecountmax')}`,
    addressfamily: one('addressfamily'),
    bindaddress: one('bindaddress'),
    methods: methodsOf(keyword => one(keyword) !== 'false' && one(keyword) !== 'no'),
    proxyjump: one('proxyjump')
      ?.replaceAll('ssh://', '')
      .replaceAll(/:22\b(?!\d)/g, ''),
  };
}

function methodsOf(isOn: (keyword: string) => boolean): readonly string[] {
  return [
    ...(isOn('pubkeyauthentication') ? ['publickey'] : []),
    ...(isOn('passwordauthentication') ? ['password'] : []),
    ...(isOn('kbdinteractiveauthentication') ? ['keyboard-interactive'] : []),
  ];
}

function inWords(server: SshServer): Record<string, unknown> {
  const { keys, hostKeys } = server;
  const isAliased = hostKeys.nameForAnyPort === undefined && hostKeys.name !== server.address.toLowerCase();
  return {
    hostname: server.address,
    port: String(server.port),
    user: server.user,
    identityfile: keys.files,
    identitiesonly: keys.agentKeys === 'only-files' ? 'yes' : 'no',
    identityagent: keys.agentSocket,
    userknownhostsfile: hostKeys.userFiles,
    globalknownhostsfile: hostKeys.globalFiles,
    hostkeyalias: isAliased ? hostKeys.name : undefined,
    stricthostkeychecking: hostKeys.unknown,
    connecttimeout: server.connectMs === undefined ? 'none' : String(server.connectMs / 1000),
    serveralive:
      server.keepalive === undefined ? undefined : `${server.keepalive.intervalMs / 1000} x ${server.keepalive.count}`,
    addressfamily: ({ 0: 'any', 4: 'inet', 6: 'inet6' } as const)[server.family],
    bindaddress: server.bindAddress,
    methods: server.methods,
    proxyjump: jumpsOf(server),
  };
}

/** The list as it was written, which is read off the chain. */
function jumpsOf({ jump }: SshServer): string | undefined {
  if (jump === undefined) return undefined;
  const before = jumpsOf(jump);
  const host = jump.address.includes(':') ? `[${jump.address}]` : jump.address;
  const user = jump.user === username ? '' : `${jump.user}@`;
  const own = `${user}${host}${jump.port === 22 ? '' : `:${jump.port}`}`;
  return before === undefined ? own : `${before},${own}`;
}
