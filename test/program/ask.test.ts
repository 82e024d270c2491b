import { describe, expect, test } from 'vitest';
import { onTerminal, withoutTerminal } from './terminal-rig.ts';

const ask = JSON.stringify(new URL('../../src/cli/asking/ask.ts', import.meta.url).pathname);
/** Asks once, and says what came of it, and what standard input held. */
const program = (signal = 'new AbortController().signal'): string => `
  const { ask } = await import(${ask});
  try {
    const asked = await ask({ answer: 'hidden', prompt: 'Vault password: ', what: 'vault password', cure: 'do', signal: ${signal} });
    console.log(asked.ok ? JSON.stringify([...asked.value.reveal()].map(c => c.codePointAt(0))) : asked.error.message);
  } catch (error) {
    console.log('thrown: ' + error.message);
  }
  const { text } = await import('node:stream/consumers');
  console.log('stdin: ' + await text(process.stdin));`;

const codes = (text: string): string => JSON.stringify(Array.from(text, one => one.codePointAt(0)));

describe('a question', () => {
  test.each([
    { keys: 's3cret\r', answer: 's3cret' },
    { keys: 'pässwörd 😀 $\\\n', answer: 'pässwörd 😀 $\\' },
    { keys: 'wrong\x15sex\x7f\bcrü😀\x7f\x7fet\r', answer: 'scret' },
    { keys: '\r', answer: '' },
    { keys: 'x\x04y\r', answer: 'xy' },
  ])('is answered by %j, which nobody sees', async ({ keys, answer }) => {
    const { shown } = await onTerminal(program(), [['Vault password: ', keys]], { stdin: 'no answer\n' });
    expect(shown).toBe(`Vault password: \n${codes(answer)}\nstdin: no answer\n\nexit 0\nisig icanon echo\n`);
  });

  test('is over with Ctrl-D', async () => {
    const { shown } = await onTerminal(program(), [['password: ', '\x04']]);
    expect(shown).toBe('Vault password: \nnobody gave the vault password\nstdin: \nexit 0\nisig icanon echo\n');
  });

  test('ends the program with Ctrl-C, and the terminal is as it was', async () => {
    const { shown } = await onTerminal(program(), [['password: ', 'half\x03']]);
    expect(shown).toBe('Vault password: \nexit 130\nisig icanon echo\n');
  });

  test('throws what the signal says where Ctrl-C is caught', async () => {
    const caught = `(() => {
      const stop = new AbortController();
      process.on('SIGINT', () => stop.abort(new Error('stopped by SIGINT')));
      return stop.signal;
    })()`;
    const { shown } = await onTerminal(program(caught), [['password: ', 'half\x03']]);
    expect(shown).toBe('Vault password: \nthrown: stopped by SIGINT\nstdin: \nexit 0\nisig icanon echo\n');
  });

  test('is taken back when the signal fires', async () => {
    const { shown } = await onTerminal(program('AbortSignal.timeout(500)'), []);
    expect(shown).toContain('thrown: The operation was aborted due to timeout\n');
    expect(shown).toContain('isig icanon echo\n');
  });

  test('leaves the terminal as it was when the program is told to end', async () => {
    const killed = `(() => { setTimeout(() => process.kill(process.pid, 'SIGTERM'), 500); return new AbortController().signal; })()`;
    const { shown } = await onTerminal(program(killed), []);
    expect(shown).toMatch(/exit 143\n/);
    expect(shown).toContain('isig icanon echo\n');
  });

  test('is refused at once where there is no terminal', async () => {
    expect(await withoutTerminal(program(), { stdin: 'no answer\n' })).toBe(
      'cannot ask for the vault password: there is no terminal\nstdin: no answer\n\n',
    );
  });
});
