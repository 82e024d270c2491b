import type { ScriptDescription } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import type { HeaderOption } from './read-header-options.ts';
import type { ScriptUse } from './script-use.ts';

/** Options of stap in a script's first lines that the playbook does not have: nobody reads them there. */
export function lintHeader(
  { headerOptions }: ScriptDescription,
  { guru, stapOptions }: ScriptUse,
): readonly LintFinding[] {
  if (stapOptions === undefined) return [];
  const seen = new Set<string>();
  const missing = headerOptions.filter(({ means }) => {
    const key = nameOf(means);
    const isGiven = means.kind === 'guru' ? guru !== 'no' : stapOptions.has(key);
    return !isGiven && !seen.has(key) && seen.add(key);
  });
  const [first] = missing;
  if (first === undefined) return [];
  const message = `the script is meant for stap ${missing.map(({ text }) => text).join(' ')}, which is not read from there`;
  const cure = `write stap_options: ${optionsOf(missing)}`;
  return [{ severity: 'warning', code: 'header-options', message, cure, place: first.place }];
}

function nameOf(means: HeaderOption['means']): string {
  return means.kind === 'define' ? means.name : means.kind === 'guru' ? 'guru' : means.key;
}

function optionsOf(options: readonly HeaderOption[]): string {
  const defines = options.flatMap(({ means }) => (means.kind === 'define' ? [`${means.name}: ${means.value}`] : []));
  const others = options.flatMap(({ means }) => (means.kind === 'define' ? [] : [`${nameOf(means)}: true`]));
  return `{ ${[...others, ...(defines.length === 0 ? [] : [`defines: { ${defines.join(', ')} }`])].join(', ')} }`;
}
