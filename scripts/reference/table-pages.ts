import { exitCodeMeanings } from '../../src/cli/exit-code.ts';
import { diagnosticCodes } from '../../src/model/diagnostic-codes.ts';
import { lintRules } from '../../src/model/lint-rules.ts';
import { type CheckRule, checkRules } from '../../src/plan/checks/check-rules.ts';
import { code, generatedNote, markdownTable, prose } from './markdown.ts';

export function exitCodesPage(): string {
  const rows = Object.entries(exitCodeMeanings).map(([number, meaning]) => [number, prose(meaning)]);
  return page(
    'Exit codes',
    'The program ends with one of these and no other. `tapbook --help` shows them too.',
    markdownTable(['exit code', 'meaning'], rows),
  );
}

export function scriptChecksPage(): string {
  const rows = Object.entries(lintRules).map(([name, { severity, meaning }]) => [
    code(name),
    severity === 'both' ? 'error or warning' : severity,
    meaning,
  ]);
  return page(
    'What `tapbook check` finds in scripts',
    'An error is what stap, or the load of the module, would refuse for certain. What else is to be mended is a warning; `info` says what only the build shows. More about it: [checking scripts](../guide/playbooks.md#check-a-playbook).',
    markdownTable(['code', 'severity', 'meaning'], rows),
  );
}

export function findingsPage(): string {
  const sections = Object.entries(diagnosticCodes).flatMap(([area, codes]) => [
    `## ${area}`,
    markdownTable(
      ['code', 'meaning'],
      Object.entries(codes).map(([name, meaning]) => [code(name), meaning]),
    ),
  ]);
  return page(
    'Codes of findings',
    'A finding is printed as `FILE:LINE:COLUMN error CODE: MESSAGE`, and has its code in `--format json` too. A code stays the same between releases. What is found in scripts has [a page of its own](script-checks.md).',
    ...sections,
  );
}

export function doctorChecksPage(): string {
  return page(
    'What `tapbook doctor` looks at',
    '`plan` and `apply` make the same checks. A host that fails one of them is left out before anything is built or loaded for it; the others go on. If a host does not say what is asked, the row is `unknown`, which keeps nobody out. More about it: [doctor](../guide/doctor.md).',
    '## On a target',
    checksTable('target'),
    '## On a build host',
    'For each kernel that it is wanted for.',
    checksTable('build-host'),
    '## On either, in place of all others',
    checksTable('either'),
  );
}

function checksTable(role: keyof typeof checkRules): string {
  return markdownTable(
    ['check', 'looks at', 'fails', 'warns', 'cure'],
    mergeEqual(Object.entries(checkRules[role])).map(([names, rule]) => [
      names.map(code).join(', '),
      rule.looksAt,
      rule.fails ?? '',
      rule.warns ?? '',
      rule.cure ?? '',
    ]),
  );
}

/** Neighbours with the same words are one row. */
function mergeEqual(entries: readonly (readonly [string, CheckRule])[]): readonly (readonly [string[], CheckRule])[] {
  const merged: (readonly [string[], CheckRule])[] = [];
  for (const [name, rule] of entries) {
    const last = merged.at(-1);
    if (last !== undefined && JSON.stringify(last[1]) === JSON.stringify(rule)) last[0].push(name);
    else merged.push([[name], rule]);
  }
  return merged;
}

function page(title: string, ...parts: readonly string[]): string {
  return [generatedNote, `# ${title}`, ...parts].join('\n\n').concat('\n');
}
