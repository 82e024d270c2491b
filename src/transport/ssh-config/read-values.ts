import { err, ok, type Result } from '../../model/result.ts';
import type { HostKeyPolicy } from './ssh-server.ts';

/** Values of ssh_config(5). A failure is a sentence, without the place. */
export function readTruth(text: string, keyword: string): Result<boolean, string> {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true') return ok(true);
  if (word === 'no' || word === 'false') return ok(false);
  // PubkeyAuthentication has two more, which say how, not whether.
  return word === 'unbound' || word === 'host-bound' ? ok(true) : err(`"${text}" of ${keyword} is neither yes nor no`);
}

export function readNumber(least: number, most: number): (text: string, keyword: string) => Result<number, string> {
  return (text, keyword) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? ok(value)
      : err(`"${text}" of ${keyword} is no number from ${least} to ${most}`);
  };
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90`, `1m30s` (TIME FORMATS of sshd_config(5)), in milliseconds; `none` is 0. */
export function readSeconds(text: string, keyword: string): Result<number, string> {
  if (text === 'none') return ok(0);
  const parts = [...text.toLowerCase().matchAll(/(\d{1,7})([smhdw]?)/g)];
  if (parts.length === 0 || parts.map(part => part[0]).join('') !== text.toLowerCase()) {
    return err(`"${text}" of ${keyword} is no time; write seconds`);
  }
  return ok(parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit || 's'] ?? 1), 0) * 1000);
}

type Strictness = Pick<HostKeyPolicy, 'unknown' | 'changed'>;

/** Without somebody to ask, `ask` refuses what is not known. */
export function readStrictness(text: string, keyword: string): Result<Strictness, string> {
  switch (text.toLowerCase()) {
    case 'yes':
    case 'true':
    case 'ask':
      return ok({ unknown: 'refused', changed: 'refused' });
    case 'accept-new':
      return ok({ unknown: 'accepted', changed: 'refused' });
    case 'no':
    case 'false':
    case 'off':
      return ok({ unknown: 'accepted', changed: 'accepted' });
    default:
      return err(`"${text}" of ${keyword} is none of yes, ask, accept-new and no`);
  }
}
