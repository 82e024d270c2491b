import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexKnownHosts } from '../../../../src/transport/ssh/known-hosts/index-known-hosts.ts';
import { fingerprint, judgeHostKey, parseKnownHosts } from '../../../../src/transport/ssh/known-hosts/known-hosts.ts';
import { openKnownHosts } from '../../../../src/transport/ssh/known-hosts/read-known-hosts.ts';
import type { HostKeyPolicy } from '../../../../src/transport/ssh-config/ssh-server.ts';

let directory: string;
const publicKeys: Record<string, string> = {};
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapbook-known-hosts-'));
  for (const [name, type] of Object.entries({ first: 'ed25519', second: 'ed25519', ecdsa: 'ecdsa' })) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', join(directory, name)]);
    publicKeys[name] = readFileSync(join(directory, `${name}.pub`), 'utf8').trim();
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

const keyOf = (name: string): string => publicKeys[name] ?? '';
const wireOf = (name: string): Buffer => Buffer.from(keyOf(name).split(' ')[1] ?? '', 'base64');

/** Judges by a file's text; `anyPort` as read-known-hosts.ts does it. */
function judge(text: string, name: string, key: Buffer): string {
  const about = indexKnownHosts(parseKnownHosts('known_hosts', text));
  const withoutPort = /^\[(.*)\]:\d+$/.exec(name)?.[1];
  const anyPort = withoutPort === undefined ? [] : about(withoutPort);
  const verdict = judgeHostKey(about(name), anyPort, key);
  if (verdict.kind === 'changed') return `changed (line ${verdict.expected.line})`;
  if (verdict.kind === 'revoked' || verdict.kind === 'authority-only')
    return `${verdict.kind} (line ${verdict.line.line})`;
  return verdict.kind;
}

describe('a host key', () => {
  it('of a port is judged by the lines about that port, where there are any', () => {
    const other = `db1 ${keyOf('second')}\n`;
    const text = `${other}[db1]:2222 ${keyOf('first')}\n`;
    expect(judge(text, '[db1]:2222', wireOf('second'))).toBe('changed (line 2)');
    expect(judge(text, '[db1]:2222', wireOf('first'))).toBe('known');
    expect(judge(other, '[db1]:2222', wireOf('second'))).toBe('known');
    expect(judge(other, '[db1]:2222', wireOf('first'))).toBe('unknown');
    expect(judge(`@cert-authority db* ${keyOf('second')}`, '[db1]:2222', wireOf('first'))).toBe(
      'authority-only (line 1)',
    );
  });

  it('is known by name, by one of several names, whatever their case, and by wildcards', () => {
    for (const names of ['db1', 'web,db1,10.0.0.1', 'DB1', 'db*', 'd?1', '*', 'x,!db2,*']) {
      expect([names, judge(`${names} ${keyOf('first')}`, 'db1', wireOf('first'))]).toEqual([names, 'known']);
    }
    expect(judge(`db1 ${keyOf('first')}`, 'DB1', wireOf('first'))).toBe('known');
  });

  it('is not known by names that are like it', () => {
    for (const names of ['db', 'db11', 'xdb1', 'd.1', '!db1,*', '*,!db1', '[db1]:22', 'db2']) {
      expect([names, judge(`${names} ${keyOf('first')}`, 'db1', wireOf('first'))]).toEqual([names, 'unknown']);
    }
  });

  it('is known for a port of its own, and for any port if its line names none', () => {
    expect(judge(`[db1]:2222 ${keyOf('first')}`, '[db1]:2222', wireOf('first'))).toBe('known');
    expect(judge(`[db1]:2222 ${keyOf('first')}`, '[db1]:2223', wireOf('first'))).toBe('unknown');
    expect(judge(`[db*]:2222 ${keyOf('first')}`, '[db1]:2222', wireOf('first'))).toBe('known');
    expect(judge(`db1 ${keyOf('first')}`, '[db1]:2222', wireOf('first'))).toBe('known');
    expect(judge(`db1 ${keyOf('first')}`, '[db1]:2222', wireOf('second'))).toBe('unknown');
    expect(judge(`[db1]:2222 ${keyOf('first')}`, 'db1', wireOf('first'))).toBe('unknown');
  });

  it('has changed if another is known, of whatever type', () => {
    expect(judge(`# x\ndb1 ${keyOf('first')}`, 'db1', wireOf('second'))).toBe('changed (line 2)');
    expect(judge(`db1 ${keyOf('ecdsa')}\ndb1 ${keyOf('first')}`, 'db1', wireOf('second'))).toBe('changed (line 2)');
    expect(judge(`db1 ${keyOf('ecdsa')}`, 'db1', wireOf('first'))).toBe('changed (line 1)');
  });

  it('may be one of several', () => {
    const text = `db1 ${keyOf('first')}\ndb1 ${keyOf('second')}\ndb1 ${keyOf('ecdsa')}`;
    for (const name of ['first', 'second', 'ecdsa']) expect(judge(text, 'db1', wireOf(name))).toBe('known');
  });

  it('is refused if it is revoked, even if it is known', () => {
    const text = `db1 ${keyOf('first')}\n@revoked * ${keyOf('first')}`;
    expect(judge(text, 'db1', wireOf('first'))).toBe('revoked (line 2)');
    expect(judge(text, 'db1', wireOf('second'))).toBe('changed (line 1)');
    expect(judge(`@revoked * ${keyOf('second')}`, 'db1', wireOf('first'))).toBe('unknown');
  });

  it('is not vouched for by the key of an authority', () => {
    expect(judge(`@cert-authority * ${keyOf('first')}`, 'db1', wireOf('first'))).toBe('authority-only (line 1)');
    expect(judge(`@cert-authority * ${keyOf('first')}\ndb1 ${keyOf('ecdsa')}`, 'db1', wireOf('ecdsa'))).toBe('known');
  });

  it('is found in a file that ssh-keygen -H has hashed', () => {
    const file = join(directory, 'hashed');
    writeFileSync(file, `db1 ${keyOf('first')}\n[db2]:2222,10.0.0.2 ${keyOf('ecdsa')}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('db1');
    expect(judge(text, 'db1', wireOf('first'))).toBe('known');
    expect(judge(text, '[db2]:2222', wireOf('ecdsa'))).toBe('known');
    expect(judge(text, '10.0.0.2', wireOf('ecdsa'))).toBe('known');
    expect(judge(text, 'db1', wireOf('second'))).toMatch(/^changed/);
    expect(judge(text, 'db3', wireOf('first'))).toBe('unknown');
  });

  it('is found where ssh-keygen -F finds it', () => {
    const name = fc.stringMatching(/^[a-c.]{1,4}$/);
    const pattern = fc
      .tuple(fc.constantFrom('', '', '!'), fc.stringMatching(/^[a-c.*?]{1,4}$/))
      .map(parts => parts.join(''));
    const file = join(directory, 'patterns');
    fc.assert(
      fc.property(name, fc.array(pattern, { minLength: 1, maxLength: 3 }), (host, patterns) => {
        const text = `${patterns.join(',')} ${keyOf('first')}\n`;
        writeFileSync(file, text);
        expect(judge(text, host, wireOf('first'))).toBe(isFoundBySsh(file, host) ? 'known' : 'unknown');
      }),
      { numRuns: 60 },
    );
  });

  it('has the fingerprint that ssh-keygen -l prints', () => {
    const printed = execFileSync('ssh-keygen', ['-l', '-f', join(directory, 'first.pub')], { encoding: 'utf8' });
    expect(printed).toContain(` ${fingerprint(wireOf('first'))} `);
  });
});

describe('parseKnownHosts', () => {
  it('passes over lines that are none', () => {
    const text =
      '\n# comment\nonlyahost\nhost ssh-ed25519\n@unknown-marker a b c\n@revoked\n|1|broken ssh-ed25519 AAAA\n\r\n';
    expect(parseKnownHosts('f', text)).toEqual([
      { file: 'f', line: 7, marker: 'none', patterns: '|1|broken', type: 'ssh-ed25519', key: 'AAAA' },
    ]);
    expect(judge(text, 'host', wireOf('first'))).toBe('unknown');
  });

  it('takes any text and any key without a throw', () => {
    const junk = fc.oneof(fc.string(), fc.stringMatching(/^[@|!*?[\]:,1 a\n=#-]*$/));
    fc.assert(
      fc.property(junk, fc.string(), fc.uint8Array({ maxLength: 12 }), (text, name, key) => {
        expect(judge(`${text}\n${text} x ${text}`, name, Buffer.from(key))).toMatch(
          /^(known|unknown|changed|revoked|auth)/,
        );
      }),
    );
  });
});

function isFoundBySsh(file: string, host: string): boolean {
  try {
    execFileSync('ssh-keygen', ['-F', host, '-f', file], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it.each([
  ['a line end', 'db1 ssh-ed25519 AAAA\n*'],
  ['a pattern', 'db1,*'],
  ['all', '*'],
  ['several', 'db1,db2'],
  ['none', '!db1'],
  ['a mark', '@cert-authority'],
  ['a comment', '#db1'],
  ['a hash', '|1|a|b'],
  ['nothing', ''],
])('a name that is %s is not written down', async (_what, name) => {
  const file = join(directory, `of ${_what}`);
  const policy = { name, userFiles: [file], globalFiles: [], entries: 'plain' } as unknown as HostKeyPolicy;
  const written = await openKnownHosts().add(policy, wireOf('first'));
  expect(written).toEqual({
    ok: false,
    error: `the name ${JSON.stringify(name)} would mean others too in known_hosts`,
  });
  expect(existsSync(file)).toBe(false);
});

it.each(['db1', '[db1]:2222', '10.0.0.1', '[fe80::1%eth0]:22', '::1', 'bücher.example'])('%s is one', async name => {
  const file = join(directory, 'names');
  const policy = { name, userFiles: [file], globalFiles: [], entries: 'plain' } as unknown as HostKeyPolicy;
  expect(await openKnownHosts().add(policy, wireOf('first'))).toEqual({ ok: true, value: file });
  expect(readFileSync(file, 'utf8')).toContain(`${name} ssh-ed25519 `);
});
