import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseKernelRelease } from '../../model/ids.ts';
import { checkWithStap } from '../../module/stap/check-with-stap.ts';
import type { StapCheck } from '../../module/stap/stap-check.ts';
import { joinOptions } from '../../plan/plan-script.ts';
import type { KernelRule, Play, Script, StapOptions } from '../../playbook/playbook.ts';
import type { LintFinding } from '../../script/lint-finding.ts';
import { hasTemplate } from '../../template/template.ts';

export interface StapRequest {
  /** stap by path or name. */
  readonly program: string;
  /** A release, or the folder of a kernel tree. Default: the kernels that the play names and this machine has. */
  readonly kernel: string | undefined;
  /** Scripts and folders of tapsets that no finding may quote. */
  readonly unquoted: readonly string[];
  readonly signal: AbortSignal;
}

/** How long stap may check one script for one kernel, in seconds; reading DWARF takes long. */
const limitSeconds = 120;

/** Runs this machine's stap over the scripts of plays. Warnings say which scripts it could not check. */
export async function checkPlaysWithStap(
  plays: readonly Play[],
  request: StapRequest,
): Promise<readonly LintFinding[]> {
  const found: LintFinding[] = [];
  const unresolved = new Set<string>();
  const unfilled = new Set<string>();
  const files = new Set(plays.flatMap(({ scripts }) => scripts.map(({ source }) => source.path)));
  const areTapsetsQuoted = request.unquoted.every(path => files.has(path));
  for (const play of plays) {
    const kernels = request.kernel === undefined ? await kernelsAtHand(play) : [request.kernel];
    // What was not read could be just what makes the difference.
    const isKnown = ({ unknown }: Script): boolean => unknown === undefined && !play.unknown?.includes('kernels');
    for (const script of play.scripts.filter(isKnown)) {
      const args = knownArguments(script);
      if (args === undefined) {
        unfilled.add(script.name);
        continue;
      }
      for (const kernel of kernels) {
        const options = optionsFor(script, play.kernels, kernel);
        const check: StapCheck = { source: script.source, place: script.place, args, options, kernel };
        const verdict = await checkWithStap(check, { program: request.program, signal: request.signal, limitSeconds });
        if (verdict === 'missing') return [noStap(request.program)];
        const isQuoted = areTapsetsQuoted && !request.unquoted.includes(script.source.path);
        found.push(...verdict.diagnostics.map(one => (isQuoted ? one : { ...one, unquoted: true as const })));
        if (verdict.isPartial) unresolved.add(script.name);
      }
    }
  }
  return [...found, ...notChecked(unresolved, unfilled)];
}

function noStap(program: string): LintFinding {
  const message = program === 'stap' ? 'stap is not installed on this machine' : `there is no ${program}`;
  const cure = 'install it with apt-get install systemtap, or dnf install systemtap; or check without --stap';
  return { severity: 'error', code: 'no-stap', message, cure };
}

function notChecked(unresolved: ReadonlySet<string>, unfilled: ReadonlySet<string>): readonly LintFinding[] {
  const code = 'not-checked';
  const texts: LintFinding[] = [];
  if (unresolved.size > 0) {
    const message = `with no kernel tree at hand, stap could not resolve the probe points of ${list(unresolved)}`;
    texts.push({ severity: 'warning', code, message, cure: 'give one with --kernel RELEASE or --kernel DIR' });
  }
  if (unfilled.size > 0) {
    const message = `stap did not look at ${list(unfilled)}: templates stand in args`;
    texts.push({ severity: 'warning', code, message });
  }
  return texts;
}

function list(names: ReadonlySet<string>): string {
  return [...names].sort().join(', ');
}

function knownArguments({ args }: Script): StapCheck['args'] | undefined {
  const known = args.every(
    ({ value }) => typeof value === 'number' || (typeof value === 'string' && !hasTemplate(value)),
  );
  return known ? args.map(({ value, place }) => ({ text: String(value), place })) : undefined;
}

/** The releases that a play names without wildcards and whose trees are here; `[undefined]`, without a kernel, if none is. */
async function kernelsAtHand({ kernels }: Play): Promise<readonly (string | undefined)[]> {
  const named = kernels.map(({ release }) => release).filter(release => parseKernelRelease(release) !== undefined);
  const here: string[] = [];
  for (const release of new Set(named)) {
    const tree = join('/lib/modules', release, 'build', '.config');
    if (
      await access(tree).then(
        () => true,
        () => false,
      )
    )
      here.push(release);
  }
  return here.length === 0 ? [undefined] : here;
}

/** The options of a build for that kernel. Where several entries may apply: guru mode if any of them has it. */
function optionsFor(
  { stapOptions }: Script,
  rules: readonly KernelRule[],
  kernel: string | undefined,
): StapCheck['options'] {
  const only = rules.length === 1 ? rules[0] : rules.find(({ release }) => release === kernel);
  const rule: StapOptions = only?.stapOptions ?? { guru: rules.some(other => other.stapOptions.guru) };
  return joinOptions(rule, stapOptions);
}
