import type { ScalarTag } from 'yaml';
import type { JsonValue } from '../model/json.ts';
import { markFloat, markInteger, markTime } from '../model/python-scalars.ts';
import { markUnsafe, markVaulted } from './ansible-marks.ts';

/**
 * How Ansible reads unquoted scalars: by the rules of PyYAML, a variant of YAML 1.1. `on` is true and `y` a text; 010 is 8 and
 * 08 a text; 1:30 is 90; 1e3 is a text. What Python writes otherwise than JavaScript is marked (`python-scalars.ts`).
 */
export const ansibleScalars: ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    resolve: text => /^(?:yes|true|on)$/i.test(text),
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    resolve: readFloat,
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    resolve: readInteger,
  },
  { tag: 'tag:yaml.org,2002:null', default: true, test: /^(?:~|null|Null|NULL)?$/, resolve: () => null },
  {
    tag: 'tag:yaml.org,2002:timestamp',
    default: true,
    test: /^(?:\d{4}-\d{2}-\d{2}|\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::\d{2})?))?)$/,
    resolve: readTime,
  },
  { tag: 'tag:yaml.org,2002:float', resolve: readTaggedFloat },
  { tag: 'tag:yaml.org,2002:null', resolve: () => null },
  // Ansible's own, and what PyYAML of Python 2 wrote for texts.
  { tag: 'tag:yaml.org,2002:python/unicode', resolve: text => text },
  { tag: '!unsafe', resolve: text => markUnsafe(text) },
  { tag: '!vault', resolve: text => markVaulted(text) },
  { tag: '!vault-encrypted', resolve: text => markVaulted(text) },
];

/** The value of an unquoted scalar. */
export function readPlainScalar(text: string): JsonValue {
  for (const { test, resolve } of plainTags)
    if (test?.test(text)) return resolve(text, noComplaint, options) as JsonValue;
  return text;
}

const plainTags = ansibleScalars.filter(tag => tag.default === true);
const options = {};

function noComplaint(): void {
  // No tag reports an error: a scalar that none of them can read stays a text.
}

/** As Python's `str()` has it: `2001-12-14 21:59:43.100000-05:00`. */
function readTime(text: string): JsonValue {
  const match =
    /^(\d+)-(\d+)-(\d+)(?:[Tt]|[ \t]+)(\d+):(\d+):(\d+)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d+)(?::(\d+))?))?$/.exec(text);
  if (match === null) return text;
  const [, year, month, day, hour, minute, second, fraction = '', zone, sign, zoneHours, zoneMinutes = '0'] = match;
  const two = (number = '0') => number.padStart(2, '0');
  const micro = fraction.slice(0, 6).padEnd(6, '0');
  const offset = zone === undefined ? '' : zone === 'Z' ? '+00:00' : `${sign}${two(zoneHours)}:${two(zoneMinutes)}`;
  const point = /^0*$/.test(micro) ? '' : `.${micro}`;
  return markTime(`${year}-${two(month)}-${two(day)} ${two(hour)}:${minute}:${second}${point}${offset}`);
}

function readFloat(text: string): JsonValue {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain.endsWith('nan')) return markFloat(Number.NaN);
  if (plain.endsWith('inf'))
    return markFloat(plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return markFloat(plain.includes(':') ? sexagesimalFloat(plain) : Number.parseFloat(plain));
}

/** What has the tag `!!float` may be whatever Python's `float()` takes: `1`, `1e3`, `inf`. */
function readTaggedFloat(text: string, onError: (message: string) => void): JsonValue {
  const isFloat = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$|^[-+]?\d+(?::\d+)+(?:\.\d*)?$|^[-+]?\.?(?:inf|nan)$/i.test(
    text.replaceAll('_', ''),
  );
  if (!isFloat) onError('Unresolved tag: no float');
  return isFloat ? readFloat(text) : text;
}

function readInteger(text: string): JsonValue {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  // Python refuses a 0x without digits.
  if (/^0[bx]$/.test(digits)) return text;
  const value = digits.split(':').reduce((sum, part) => sum * 60n + integerOf(part), 0n);
  return markInteger(sign === '-' ? -value : value);
}

/** 010 is 8. In 1:00, which is 60, the parts are decimal. */
function integerOf(digits: string): bigint {
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
}

/** 1:30.5 is 90.5. */
function sexagesimalFloat(text: string): number {
  const size = text.replace(/^[-+]/, '').split(':');
  const value = size.reduce((sum, part) => sum * 60 + Number.parseFloat(part), 0);
  return text.startsWith('-') ? -value : value;
}
