import type { SshArguments, SshOption } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { expandHome } from '../../process/expand-home.ts';
import { splitWords } from '../../process/split-words.ts';

/**
 * Reads arguments for `ssh` (`man ssh`) as Ansible splits them. Options that stand for a keyword of ssh_config become that
 * keyword; others are kept under their letter, for adapters that can use them. The error is a sentence.
 */
export function readSshArgs(text: string): Result<SshArguments, string> {
  const split = splitWords(text, 'without-comments');
  if (!split.ok) return err(split.error.message);
  const words = split.value.map(word => word.text).filter(word => word !== '');
  const options: SshOption[] = [];
  let configFile: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!/^-[A-Za-z0-9]/.test(word)) return err(`"${word}" is no option of ssh`);
    // As getopt reads them: letters without a value may stand together, and a value may follow its letter at once.
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? '';
      if (!lettersWithValue.includes(letter)) {
        const keyword = switches[letter];
        if (keyword === undefined) options.push({ keyword: `-${letter}`, value: '' });
        else if (keyword !== 'harmless') options.push(keyword);
        continue;
      }
      const rest = word.slice(index + 1);
      const value = rest === '' ? words[++at] : rest;
      if (value === undefined) return err(`nothing follows -${letter}`);
      if (letter === 'F') {
        const path = expandHome(value);
        // ssh itself expects a shell to have done that.
        words[at] = rest === '' ? path : `${word.slice(0, index + 1)}${path}`;
        configFile ??= path;
      } else {
        const option = readOption(letter, value);
        if (option === undefined) return err(`"-o ${value}" is not -o Keyword=value`);
        options.push(option);
      }
      break;
    }
  }
  return ok({ words, options, ...(configFile === undefined ? {} : { configFile }) });
}

const lettersWithValue = 'BbcDEeFIiJLlmOopQRSWw';

const keywords: Readonly<Record<string, string>> = {
  B: 'bindinterface',
  b: 'bindaddress',
  c: 'ciphers',
  E: '-E',
  I: 'pkcs11provider',
  i: 'identityfile',
  J: 'proxyjump',
  l: 'user',
  m: 'macs',
  p: 'port',
  S: 'controlpath',
};

/** `harmless`: it changes what ssh says or how a terminal is kept, which has no meaning here. */
const switches: Readonly<Record<string, SshOption | 'harmless'>> = {
  '4': { keyword: 'addressfamily', value: 'inet' },
  '6': { keyword: 'addressfamily', value: 'inet6' },
  A: { keyword: 'forwardagent', value: 'yes' },
  a: { keyword: 'forwardagent', value: 'no' },
  C: { keyword: 'compression', value: 'yes' },
  K: { keyword: 'gssapiauthentication', value: 'yes' },
  k: { keyword: 'gssapidelegatecredentials', value: 'no' },
  M: { keyword: 'controlmaster', value: 'yes' },
  n: 'harmless',
  q: 'harmless',
  T: 'harmless',
  t: 'harmless',
  v: 'harmless',
  X: { keyword: 'forwardx11', value: 'yes' },
  x: { keyword: 'forwardx11', value: 'no' },
};

/** `-o` takes a line of ssh_config: `Keyword=value`, `Keyword value`; quotes in the value are kept. */
function readOption(letter: string, value: string): SshOption | undefined {
  const ownKeyword = keywords[letter];
  if (letter !== 'o') {
    // ssh takes these as they are: no quote, blank or number sign of theirs has a meaning.
    return ownKeyword === undefined
      ? { keyword: `-${letter}`, value }
      : { keyword: ownKeyword, value: /[\s"'#\\]/.test(value) ? `"${value.replace(/["'\\]/g, '\\$&')}"` : value };
  }
  const match = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/s.exec(value);
  if (match === null) return undefined;
  const [, keyword = '', written = ''] = match;
  return { keyword: keyword.toLowerCase(), value: written };
}
