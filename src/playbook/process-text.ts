import type { JsonValue } from '../model/json.ts';
import { err, type Result } from '../model/result.ts';
import { largestPid, type TargetProcess } from '../model/target-process.ts';
import { argumentText, type ValueProblem } from './value-text.ts';

/** What a value of `target_process` comes to as a text, checked as far as that is possible without the host. */
export function processText(value: JsonValue, by: TargetProcess['by']): Result<string, ValueProblem> {
  const text = argumentText(value, `target_process.${by}`);
  if (!text.ok) return text;
  const problem = checks[by](text.value);
  if (problem === undefined) return text;
  const message = `target_process.${by}: ${JSON.stringify(text.value)} ${problem.is}`;
  return err({ code: 'malformed', message, cure: problem.cure });
}

interface Problem {
  readonly is: string;
  readonly cure: string;
}

const checks: Readonly<Record<TargetProcess['by'], (text: string) => Problem | undefined>> = {
  pid: text =>
    /^[1-9]\d*$/.test(text) && Number(text) <= largestPid
      ? undefined
      : { is: 'is no number of a process', cure: `it is from 1 to ${largestPid}; service, pidfile and name find one` },
  name: checkName,
  pidfile: text =>
    text.startsWith('/') && isPlain(text)
      ? undefined
      : { is: 'is no absolute path', cure: 'for example: /run/mysqld/mysqld.pid' },
  service: text =>
    // systemd.unit(5) has these characters; a fallback for hosts without systemd makes a file's name of it.
    /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/.test(text) && !/^\.{1,2}$/.test(text)
      ? undefined
      : { is: 'is no name of a service', cure: 'for example: nginx or postgresql@17-main.service' },
};

/** TASK_COMM_LEN of the kernel without its NUL. */
const longestName = 15;

function checkName(text: string): Problem | undefined {
  const last = text.slice(text.lastIndexOf('/') + 1);
  if (text.startsWith('/') && last !== '') {
    const cure = `write name: ${cutName(last)}, as ps -o comm shows it`;
    return { is: 'is a path, and the kernel has a name only', cure };
  }
  if (text === '' || !isPlain(text)) return { is: 'is no name of a process', cure: 'see them with: ps -eo pid,comm' };
  if (Buffer.byteLength(text) <= longestName) return undefined;
  return { is: `is longer than the ${longestName} bytes that the kernel keeps`, cure: `write name: ${cutName(text)}` };
}

/** Cut as the kernel does it, but between two characters. */
function cutName(name: string): string {
  let cut = '';
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > longestName) break;
    cut += character;
  }
  return cut;
}

function isPlain(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}
