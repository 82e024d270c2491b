import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBuildHostFacts } from '../../src/facts/parse-build-host-facts.ts';
import { parseTargetFacts } from '../../src/facts/parse-target-facts.ts';

/** Debian's are of real hosts, but for the name of the builder's own kernel; the others are made up after what such hosts say. */
function read(name: string): string {
  return readFileSync(new URL(`output/${name}`, import.meta.url), 'utf8');
}

const timing = { nonce: 'NONCE', sentAtMs: 1795399624000, receivedAtMs: 1795399624200 };
const target = (output: string): ReturnType<typeof parseTargetFacts> => parseTargetFacts(output, timing);
const builder = (output: string): ReturnType<typeof parseBuildHostFacts> => parseBuildHostFacts(output, 'NONCE');

describe('whole outputs', () => {
  test.each(['debian-target', 'rocky-target', 'alpine-target'])('%s', name => {
    expect(target(read(`${name}.txt`))).toStrictEqual(JSON.parse(read(`${name}.json`)));
  });

  test('debian-builder', () => {
    expect(builder(read('debian-builder.txt'))).toStrictEqual(JSON.parse(read('debian-builder.json')));
  });
});

const least = 'release=6.1\nmachine=x86_64\nuid=0\n';
const marked = (lines: string): string => `\nNONCE begin\n${lines}NONCE end\n`;

describe('what cannot be read', () => {
  test.each([
    ['nothing', '', 'the probe printed nothing'],
    ['blanks', ' \r\n\u0007', 'the probe printed nothing'],
    [
      'a refusal',
      'This account is\r\nnot available.\n',
      'in place of facts it printed: This account is not available.',
    ],
    ['a long refusal', 'x'.repeat(1e6), `in place of facts it printed: ${'x'.repeat(199)}…`],
    ['cut off', `\nNONCE begin\n${least}`, 'the probe broke off before its end'],
    ['cut off in its last mark', `\nNONCE begin\n${least}NONC`, 'the probe broke off before its end'],
    [
      'the marks of another',
      marked(least).replaceAll('NONCE', 'OTHER'),
      `in place of facts it printed: OTHER begin ${least.replaceAll('\n', ' ')}OTHER end`,
    ],
    ['no kernel', marked('uid=0\n'), 'the probe cannot tell the kernel (uname -r, uname -m)'],
    [
      'a release that is none',
      marked(least.replace('6.1', '../..')),
      'the probe cannot tell the kernel (uname -r, uname -m)',
    ],
    ['no user', marked(least.replace('uid=0\n', '')), 'the probe cannot tell the user (id -u)'],
    ['a user that is none', marked(least.replace('=0', '=-1')), 'the probe cannot tell the user (id -u)'],
  ])('%s', (_what, output, error) => {
    expect(target(output)).toEqual({ ok: false, error });
    expect(builder(output)).toEqual({ ok: false, error });
  });
});

describe('hostile output', () => {
  function facts(lines: string): NonNullable<Extract<ReturnType<typeof target>, { ok: true }>['value']> {
    const parsed = target(marked(least + lines));
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  }

  test('control characters are taken out', () => {
    const { os, user, kernel } = facts(
      'os.PRETTY_NAME="a\u001b]0;b\u0007\u009bc"\nuser=\u001b[31mroot\r\nversion=a\tb\n',
    );
    expect([os.name, user.name, kernel.version]).toEqual(['a', 'root', 'a b']);
  });

  test('the first of many is believed', () => {
    expect(facts('cpus=2\ncpus=99\nrelease=9.9\nuid=1000\n')).toMatchObject({
      cpus: 2,
      kernel: { release: '6.1' },
      user: { uid: 0 },
    });
  });

  test('what is no number, flag or word of ours is unknown', () => {
    const said = facts(
      'cpus=many\nfree_kb=1e9\nmemory_kb=-5\nload=a 1e999 -3\nsudo=maybe\nsig_enforce=?\nlockdown=[secret]\nupload=/root\nclock=soon\npackage=pip x 1\nsha256=md5\n',
    );
    expect(said).toMatchObject({
      cpus: 1,
      loadAverage: [0, 0, 0],
      sudo: 'missing',
      uploadDirectory: '/tmp',
      clockOffsetMs: 0,
      tools: {},
    });
    expect(said.memoryAvailableBytes).toBeUndefined();
    expect(said.runtimePackage).toBeUndefined();
    expect(said.kernelSettings).toEqual({ modules: false, debugfs: 'missing', tracefs: 'missing' });
  });

  test('parts of a probe that are none, and one that has no end', () => {
    const words = ['__proto__', 'valueOf', 'constructor', 'toString', 'rpm', 'kernel', 'df', 'x'.repeat(99)];
    const said = words.map(word => `NONCE: ${word}\n${'1\n'.repeat(60_000)}`).join('');
    expect(facts(`${said}NONCE: facts\ncpus=7\n`).cpus).toBe(7);
  });

  test('names that objects have are keys like any other', () => {
    expect(facts('__proto__=x\nconstructor=y\n=z\n').cpus).toBe(1);
  });

  test('a line of a megabyte', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `module${index}`);
    expect(facts(`loaded=${names.join(' ')}\nos.ID=${'x '.repeat(500_000)}\n`).loadedModules).toHaveLength(100_000);
  });

  test('trees outside of the marks or of no release are none', () => {
    const parsed = builder(
      `tree=1.1\n${marked(`${least}tree=../../etc\nheaders=present\ntree=6.1\nheaders=new\ntree.end=yes\n`)}tree=6.6\nheaders=present\ntree.end=yes\n`,
    );
    expect(parsed.ok && parsed.value.trees).toEqual([
      { release: '6.1', path: '/lib/modules/6.1/build', headers: 'missing' },
    ]);
  });

  test('no text at all makes a parser throw, and what is read survives JSON', () => {
    const keys = ['release', 'machine', 'uid', 'loaded', 'package', 'os.ID', 'clock', 'load', 'tree', 'tree.end'];
    const line = fc.tuple(
      fc.constantFrom(...keys, 'headers', 'leftover', 'stap', 'stap.banner', 'lockdown', 'blessed', 'staprun', ''),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('6.1', '0', 'yes', '1e999', '[none]', 'version 5.1')),
    );
    const output = fc.oneof(
      fc.array(line).map(lines => marked(least + lines.map(([key, value]) => `${key}=${value}\n`).join(''))),
      fc.string({ unit: 'binary' }),
      fc.nat(2000).map(length => read('debian-target.txt').slice(0, length)),
    );
    fc.assert(
      fc.property(output, said => {
        for (const parsed of [target(said), builder(said)]) {
          if (parsed.ok) expect(JSON.parse(JSON.stringify(parsed.value))).toEqual(parsed.value);
          else expect(parsed.error).toMatch(/^[^\p{Cc}]+$/u);
        }
      }),
    );
  });
});
