/** A row of CSV as RFC 4180 has it, with its line break: a field is quoted where it would be read as something else. */
export function toCsvRow(fields: readonly (string | number)[]): string {
  return `${fields.map(field => quote(String(field))).join(',')}\r\n`;
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
