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
  const cure = `write ${keysFor(missing).join(' and ')}`;
  return [{ severity: 'warning', code: 'header-options', message, cure, place: first.place }];
}

function nameOf(means: HeaderOption['means']): string {
  if (means.kind === 'define') return means.name;
  return means.kind === 'option' ? means.key : means.kind;
}

/** Keys of a script with their values, as YAML. */
function keysFor(options: readonly HeaderOption[]): readonly string[] {
  const all = options.map(({ means }) => means);
  const defines = all.flatMap(means => (means.kind === 'define' ? [`${means.name}: ${means.value}`] : []));
  const switches = all.flatMap(means =>
    means.kind === 'guru' || means.kind === 'option' ? [`${nameOf(means)}: true`] : [],
  );
  const inOptions = [...switches, ...(defines.length === 0 ? [] : [`defines: { ${defines.join(', ')} }`])];
  return [
    ...(inOptions.length === 0 ? [] : [`stap_options: { ${inOptions.join(', ')} }`]),
    ...all.flatMap(means => (means.kind === 'unwind' ? [`unwind: ${means.value}`] : [])),
  ];
}
