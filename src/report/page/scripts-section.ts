import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import type { PlannedBuild, PlannedPlay, PlannedScript } from '../../model/plan.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** What was run: each script's parameters and its text, so that the page can be read without the repository. */
export function scriptsSection({ tally }: RunReport): PageSection | undefined {
  const plans = tally.plays.flatMap(({ plan }) => plan ?? []);
  const scripts = plans.flatMap(plan => scriptsOf(plan).map(script => ({ plan, script })));
  if (scripts.length === 0) return undefined;
  const shown = scripts.slice(0, mostScripts);
  const body = html`${shown.map(({ plan, script }) => formatScript(script, plan, plans.length > 1 ? 'with-play' : 'alone'))}
${scripts.length > shown.length ? html`<p class="note">${countOf(scripts.length - shown.length, 'more script')}: see plan.json in the run's directory.</p>` : undefined}`;
  return { id: 'scripts', title: 'Scripts', body };
}

const mostScripts = 50;
/** In UTF-16 units. */
const mostText = 64 * 1024;

interface RunScript {
  readonly builds: readonly [PlannedBuild, ...PlannedBuild[]];
  readonly on: readonly { readonly host: HostName; readonly script: PlannedScript }[];
}

/** Builds of one module with another text, other arguments or options are another script. */
function scriptsOf({ builds, hosts }: PlannedPlay): readonly RunScript[] {
  const alike = new Map<string, [PlannedBuild, ...PlannedBuild[]]>();
  for (const build of builds) {
    const id = JSON.stringify([build.module, build.source.text, build.args, build.options]);
    const known = alike.get(id);
    if (known === undefined) alike.set(id, [build]);
    else known.push(build);
  }
  return [...alike.values()].map(own => {
    const ids = new Set(own.map(({ id }) => id));
    const on = hosts.flatMap(({ name, decision }) =>
      decision.kind === 'run'
        ? decision.scripts.filter(({ build }) => ids.has(build)).map(script => ({ host: name, script }))
        : [],
    );
    return { builds: own, on };
  });
}

function formatScript({ builds: [build], on }: RunScript, plan: PlannedPlay, naming: 'with-play' | 'alone'): Html {
  const { module, source, args, options } = build;
  const defines = Object.entries(options.defines).map(([name, value]) => `-D${name}=${value}`);
  const rows: readonly (readonly [string, Html | string | undefined])[] = [
    ['Play', naming === 'with-play' ? plan.name : undefined],
    ['Runs', tellRuns(on)],
    ['Arguments', args.length === 0 ? undefined : html`${args.map(arg => html`<code>${arg}</code> `)}`],
    [
      'Options',
      defines.length === 0 && !options.guru
        ? undefined
        : html`<code>${[...(options.guru ? ['-g'] : []), ...defines].join(' ')}</code>`,
    ],
    ...tellGlobals(on),
  ];
  const text = source.text.slice(0, mostText);
  return html`<h3>${module}</h3>
<dl class="provenance">${rows.map(([name, value]) => (value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
<details><summary>${source.path} ${countOf(source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0), 'line')}</summary>
<pre tabindex="0" aria-label="Text of ${source.path}">${text}</pre>${text.length < source.text.length ? html`<p class="note">The beginning of ${formatBytes(source.text.length)}.</p>` : undefined}</details>`;
}

function tellRuns(on: RunScript['on']): string {
  const lengths = new Set(
    on.map(({ script: { limitSeconds, end } }) =>
      end === 'at-limit'
        ? `for ${formatSeconds(limitSeconds)}`
        : `until it ends, ${formatSeconds(limitSeconds)} at most`,
    ),
  );
  const hosts = new Set(on.map(({ host }) => host));
  return hosts.size === 0 ? 'on no host' : `${[...lengths].join(' or ')} on ${countOf(hosts.size, 'host')}`;
}

/** A global that is the same everywhere is said once; others by the hosts that have a value. */
function tellGlobals(on: RunScript['on']): readonly (readonly [string, Html])[] {
  const values = new Map<string, Map<string, HostName[]>>();
  for (const { host, script } of on) {
    for (const { name, value } of script.globals) {
      const known = values.get(name) ?? new Map<string, HostName[]>();
      values.set(name, known);
      known.set(value, [...(known.get(value) ?? []), host]);
    }
  }
  return [...values].map(([name, own]) => {
    const [only, ...more] = own;
    if (only !== undefined && more.length === 0) return [name, html`<code>${only[0]}</code>`] as const;
    const told = [...own]
      .slice(0, mostValues)
      .map(([value, hosts]) => html`<code>${value}</code> on ${foldHostsWithin(hosts, 80)}<br>`);
    return [name, html`${told}${own.size > mostValues ? `${own.size - mostValues} more values` : undefined}`] as const;
  });
}

const mostValues = 10;
