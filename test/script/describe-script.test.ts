import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../src/model/source.ts';
import { describeScript } from '../../src/script/describe-script.ts';
import { withArguments, withGlobal } from './seed-scripts.ts';

/** A description in short: places as `line:column`. */
function short(text: string): Readonly<Record<string, unknown>> {
  const script = describeScript({ path: 'a.stp', text });
  const at = ({ line, column }: Place): string => `${line}:${column}`;
  return {
    certain: script.certain,
    globals: script.globals.map(({ name, place, shape }) => `${name} ${shape} ${at(place)}`),
    arguments: script.arguments.map(({ number, place }) => `${number} ${at(place)}`),
    takesAnyArguments: script.takesAnyArguments,
    callsExit: script.end.callsExit,
    guruUses: script.guruUses.map(({ place }) => at(place)),
    globalsInProbePoints: script.wordsInProbePoints
      .filter(({ kind }) => kind === 'global')
      .map(({ text, place }) => `${text} ${at(place)}`),
    globalsSetInBegin: script.globalsSetInBegin.map(({ name, place }) => `${name} ${at(place)}`),
    countVariables: script.countVariables.map(at),
  };
}

const nothing = {
  certain: true,
  globals: [],
  arguments: [],
  takesAnyArguments: false,
  callsExit: false,
  guruUses: [],
  globalsInProbePoints: [],
  globalsSetInBegin: [],
  countVariables: [],
};

function shipped(name: string): string {
  return readFileSync(new URL(`../../playbooks/scripts/${name}.stp`, import.meta.url), 'utf8');
}

describe('whole scripts', () => {
  const tables = ['var1 array 1:8', 'var2 array 1:22'];

  test("the walk-through's, with arguments", () => {
    expect(short(withArguments)).toEqual({
      ...nothing,
      globals: tables,
      arguments: ['1 8:15', '2 15:15'],
      callsExit: true,
      countVariables: ['4:30', '5:30'],
    });
  });

  test("the walk-through's, with a global", () => {
    expect(short(withGlobal)).toEqual({
      ...nothing,
      globals: [...tables, 'ts scalar 1:36', 'interval scalar 1:40'],
      // Its exit() stands in `probe end`, which is too late.
      globalsSetInBegin: ['ts 4:3'],
      countVariables: ['8:30', '9:30'],
    });
  });

  test('playbooks/scripts/heartbeat.stp', () => {
    expect(short(shipped('heartbeat'))).toEqual({
      ...nothing,
      globals: ['greeting scalar 2:8', 'beats scalar 3:8', 'seen scalar 4:8'],
      callsExit: true,
    });
  });

  test('playbooks/scripts/ioread_top5.stp', () => {
    expect(short(shipped('ioread_top5'))).toEqual({
      ...nothing,
      globals: ['var1 array 5:8', 'var2 array 5:22', 'ts scalar 5:36', 'interval scalar 5:40'],
      globalsSetInBegin: ['ts 8:3'],
    });
  });

  test('playbooks/scripts/ioread_top5_args.stp', () => {
    expect(short(shipped('ioread_top5_args'))).toEqual({
      ...nothing,
      globals: ['var1 array 2:8', 'var2 array 2:22'],
      arguments: ['1 9:15', '2 16:15'],
      callsExit: true,
    });
  });
});

describe('globals', () => {
  test.each([
    ['a list', 'global a, b = 3, c[10], d%', ['a scalar', 'b scalar', 'c array', 'd array']],
    ['initial values', 'global a = -3, b = "x, y", c = 0x1F, d = $1, e = @2, f', 'abcdef'],
    ['strings that are one', 'global a = "x" "y", b', 'ab'],
    ['all in one line', 'global a = 1 global b probe begin { exit() } global c', 'abc'],
    ['semicolons', 'global a; global b;', 'ab'],
    ['over lines', 'global a = 1, # one\n  b /* two */,\n\n  c', 'abc'],
    ['private', 'private global a', 'a'],
    ['named twice', 'global a global a', 'a'],
    ['not in a comment or string', '# global a\nprobe begin { print("global b") }', ''],
    ['no member of a structure', 'global a probe foo { print($x->global, b) }', 'a'],
    ['a size behind the wrap mark', 'global a%[5], b', ['a array', 'b scalar']],
    ['in base two', 'global a = 0b11, b', 'ab'],
    ['looked through', 'global a, b probe foo { foreach (x in a-) f(b) if (1 in b) f(x) }', ['a array', 'b array']],
    ['used with an index', 'global a, b probe foo { a[b, 1] = 2 }', ['a array', 'b scalar']],
    ['used as an aggregate', 'global a, b probe foo { a <<< b }', ['a aggregate', 'b scalar']],
    ['broken off', 'global', ''],
    ['broken off in a list', 'global a,', 'a'],
    ['broken off in a value', 'global a =', 'a'],
  ])('%s', (_what, text, expected) => {
    const found = describeScript({ path: 'a.stp', text }).globals.map(({ name, shape }) => `${name} ${shape}`);
    expect(found).toEqual(typeof expected === 'string' ? [...expected].map(name => `${name} scalar`) : expected);
  });
});

describe('how it ends', () => {
  test.each([
    ['probe begin { exit() }', true],
    ['probe begin { exit () }', true],
    ['probe begin { abort() }', true],
    ['probe begin { error("no") }', true],
    ['probe oneshot { }', true],
    ['function stop() %{ anything(); %}', true],
    ['probe begin, end { exit() }', true],
    ['probe end { exit() }', false],
    ['probe error, end { exit() }', false],
    ['function stop() { exit() } probe timer.s(1) { stop() }', true],
    ['function stop() %{ _stp_exit(); %}', true],
    ['probe end { println("exit()") } # exit()', false],
    ['probe syscall.exit { println("x") }', false],
    ['probe end { my_exit() }', false],
  ])('%s: %s', (text, callsExit) => {
    expect(describeScript({ path: 'a.stp', text }).end.callsExit).toBe(callsExit);
  });
});

describe('what could make it say something else', () => {
  test.each([
    ['probe begin {} @of_the_library(1)', false],
    ['probe @of_the_library(1) { }', false],
    ['probe begin { if (1) { }', false],
    ['%( kernel_v >= "4.17" %? probe a { %: probe b { %) }', false],
    ['@define a %( @a %) @a probe begin { }', false],
    ['@define a %( 1 %) @define a %( 2 %) probe begin { print(@a) }', false],
    ['@define every(x) %( timer.s(@x) %) probe @every(5) { }', true],
    ['probe begin { @of_the_library(1) }', true],
    ['%( kernel_v >= "4.17" %? probe begin {} %)', true],
    ['%( kernel_v >= "4.17" %? probe a %: probe b %) { }', false],
    ['probe begin { println(5 % 3, @defined($x)) }', true],
    ['probe kernel.{function("a"), function("b")}.return ? { print($return) }', true],
    ['probe a = b { x = 1 }, { x = 2 } private function f:long (a:string) : 2 { return 1 } private g = 1', true],
  ])('%s', (text, certain) => {
    expect(describeScript({ path: 'a.stp', text }).certain).toBe(certain);
  });
});

describe('globals in probe points', () => {
  test.each([
    ['global n probe timer.s(n) { }', ['1:24']],
    ['global n probe begin, timer.ms(n) { }', ['1:32']],
    ['global n probe timer.s(1) if (n) { }', []],
    ['global n probe timer.s(1) { f(n) }', []],
    ['global n probe kernel.function("n") { }', []],
    ['global n probe timer.s($1) { }', []],
    ['global n probe foo { print($d->probe, f(n)) } probe end { }', []],
  ])('%s', (text, expected) => {
    expect(short(text)['globalsInProbePoints']).toEqual(expected.map(place => `n ${place}`));
  });
});

describe('globals that probe begin overwrites', () => {
  test.each([
    ['global n probe begin { n = 1 }', ['1:24']],
    ['global n probe begin, end { if (1) { n = 1 } }', ['1:38']],
    ['global n probe end, begin(-1) { n = 1 }', ['1:33']],
    ['global n probe begin { n += 1; n++; n == 1 }', []],
    ['global n probe begin { print(n) } probe end { n = 1 }', []],
    ['global n function f(n) { n = 1 } probe begin { f(1) }', []],
    ['global n probe scheduler.begin { n = 1 }', []],
    ['probe begin { n = 1 }', []],
  ])('%s', (text, expected) => {
    expect(short(text)['globalsSetInBegin']).toEqual(expected.map(place => `n ${place}`));
  });
});

describe('$count', () => {
  test.each([
    ['probe syscall.write { print($count) }', ['1:29']],
    ['probe nd_syscall.read.return { print($count) }', ['1:38']],
    ['probe syscall.write { print(count) }', []],
    ['probe syscall.write { print(@defined($count) ? $count : count) }', []],
    ['probe kernel.function("vfs_read") { print($count) }', []],
  ])('%s', (text, expected) => {
    expect(short(text)['countVariables']).toEqual(expected);
  });
});

test('arguments of any number are known by $#, @#, argc and argv', () => {
  for (const word of ['$#', '@#', 'argc', 'argv[1]']) {
    expect(describeScript({ path: 'a', text: `probe begin { print(${word}) }` }).takesAnyArguments).toBe(true);
  }
  expect(describeScript({ path: 'a', text: 'probe begin { print($1, @12) } # $3' }).arguments).toMatchObject([
    { number: 1 },
    { number: 12 },
  ]);
});

test('any text has a description, and every place in it is in the text', () => {
  const pieces = ['global', 'probe', 'begin', 'a', ',', '=', '[', ']', '{', '}', '(', ')', '%', '$1', '"', '\n', 'if'];
  const text = fc.array(fc.constantFrom(...pieces, '%{', '%}', '%(', '->', '<<<', 'syscall', '$count', 'exit'));
  fc.assert(
    fc.property(text, parts => {
      const written = parts.join(' ');
      const script = describeScript({ path: 'a.stp', text: written });
      const lines = written.split('\n');
      const words = script.wordsInProbePoints.map(({ text: name, place }) => ({ name, place }));
      for (const { name, place } of [...script.globals, ...words, ...script.globalsSetInBegin]) {
        expect(lines[place.line - 1]?.slice(place.column - 1, place.endColumn - 1)).toBe(name);
      }
    }),
  );
});
