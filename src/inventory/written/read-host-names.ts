import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import { type GroupName, type HostName, parseGroupName, parseHostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { expandHostRange } from './expand-host-range.ts';
import { parseHostAddress } from './parse-host-address.ts';
import type { Where } from './written-inventory.ts';

/** The hosts that one written name stands for, with the port that all of them get. */
export interface NamedHosts {
  readonly names: readonly HostName[];
  readonly port?: number;
}

/** Reads a host's name as every format has it: a name, `name:port`, a range, or several ranges. */
export function readHostNames(text: string, where: Where): Result<NamedHosts, Diagnostic> {
  const address = parseHostAddress(text);
  if (address?.port !== undefined && (address.port < 1 || address.port > 65_535)) {
    return err(invalid('invalid-port', `${address.port} is no port`, where, 'write one from 1 to 65535'));
  }
  if (address === undefined && text.endsWith(':')) {
    return err(
      invalid('invalid-host', `the host "${text}" ends with a colon`, where, 'write a port behind it, or drop it'),
    );
  }
  const pattern = address?.name ?? text;
  const texts = pattern.includes('[') ? expandHostRange(pattern) : ok([pattern]);
  if (!texts.ok) return err(invalid('invalid-range', `"${text}" is no range of hosts: ${texts.error}`, where));
  const names: HostName[] = [];
  for (const written of texts.value) {
    const name = parseHostName(written);
    if (name === undefined || name === '---') {
      return err(invalid('invalid-host', `"${written}" cannot be a host's name`, where, cureFor(written)));
    }
    names.push(name);
  }
  return ok({ names, ...(address?.port === undefined ? {} : { port: address.port }) });
}

/** A host's name that stands for itself: a program has expanded its ranges. */
export function readPlainHostName(text: string, where: Where): Result<HostName, Diagnostic> {
  const name = parseHostName(text);
  return name === undefined
    ? err(invalid('invalid-host', `"${text}" cannot be a host's name`, where, cureFor(text)))
    : ok(name);
}

export function readGroupName(text: string, where: Where): Result<GroupName, Diagnostic> {
  const name = parseGroupName(text);
  if (name !== undefined) return ok(name);
  return err(invalid('invalid-group', `"${text}" cannot be a group's name`, where, cureFor(text)));
}

function cureFor(name: string): string | undefined {
  if (printableText(name) !== name) return 'it has a character in it that a terminal does not show';
  return /\s/.test(name) ? 'write it without blanks' : undefined;
}

function invalid(code: DiagnosticCode, message: string, where: Where, cure?: string): Diagnostic {
  return { severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place: where() };
}
