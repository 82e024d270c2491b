import type { ScalarTag } from 'yaml';

/**
 * How Ansible reads unquoted scalars: the rules of PyYAML, which are YAML 1.1 with its own taste (`on` is true and `y` a
 * text; 010 is 8 and 08 a text; 1:30 is 90; 1e3 is a text). What JSON cannot hold stays the text that was written: dates,
 * infinities, and integers that a double would round.
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
    test: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/,
    resolve: readFloat,
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    resolve: readInteger,
  },
  { tag: 'tag:yaml.org,2002:null', default: true, test: /^(?:~|null|Null|NULL)?$/, resolve: () => null },
  // Ansible's mark for a text that is never a template to it.
  { tag: '!unsafe', resolve: text => text },
];

function readFloat(text: string): number | string {
  const plain = text.replaceAll('_', '');
  const value = plain.includes(':') ? sexagesimal(plain) : Number.parseFloat(plain);
  return Number.isFinite(value) ? value : text;
}

function readInteger(text: string): number | string {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const value = digits.includes(':') ? sexagesimal(digits) : integerOf(digits);
  if (!Number.isSafeInteger(value)) return text;
  return sign === '-' && value !== 0 ? -value : value;
}

function integerOf(digits: string): number {
  if (/^0[bx]/.test(digits)) return Number(digits);
  return Number.parseInt(digits, digits.startsWith('0') ? 8 : 10);
}

/** 1:30 is 90, 1:00:00 is 3600. */
function sexagesimal(text: string): number {
  const size = text.replace(/^[-+]/, '').split(':');
  const value = size.reduce((sum, part) => sum * 60 + Number.parseFloat(part), 0);
  return text.startsWith('-') ? -value : value;
}
