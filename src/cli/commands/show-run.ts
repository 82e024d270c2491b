import { open } from 'node:fs/promises';
import { readEvents } from '../../history/read/read-events.ts';
import { outputPath } from '../../history/write/output-path.ts';
import type { OutputLine, ScriptFinished } from '../../model/event.ts';
import { type HostName, parseHostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../../report/layout/amounts.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import type { Colour } from '../../report/layout/style.ts';
import { hostsBegun } from '../../report/live/write-outputs.ts';
import { hostsOfRun } from '../../report/tally/hosts-of-run.ts';
import { formatRunAsJson } from '../../report/texts/run-json.ts';
import { formatHostPage, formatRunPage, type RunPage } from '../../report/texts/run-page.ts';
import type { ShowRunOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { openRun } from '../session/open-run.ts';
import { printOutputs } from '../session/print-outputs.ts';
import { showRecords } from './show-records.ts';

/** `tapbook show`: prints a run of the history, one of its hosts, or its events. */
export async function showRun(word: string, options: ShowRunOptions): Promise<ExitCode> {
  const ends: ScriptFinished[] = [];
  const opened = await openRun(word, event => {
    if (event.kind === 'script-finished' && event.host === options.host) ends.push(event);
  });
  if (!opened.ok) return sayRefusal(opened.error, options.format === 'json' ? 'json' : 'text');
  const page = opened.value;
  const all = hostsOfRun(page.tally);
  const host = options.host === undefined ? undefined : parseHostName(options.host);
  if (options.host !== undefined && (host === undefined || !all.includes(host))) {
    const message = `run ${page.entry.id} has no host ${JSON.stringify(options.host)}`;
    ownConsole.sayDiagnostics(
      [{ severity: 'error', code: 'no-host-matched', message }],
      options.format === 'json' ? 'json' : 'text',
    );
    return exitCodes.noHosts;
  }
  const { format } = options;
  const wished = options.sort ?? options.top;
  if (format === 'csv' || format === 'table' || wished !== undefined) {
    return showRecords(page, host, { ...options, format: format === 'csv' ? 'csv' : 'table' });
  }
  if (options.events) await printEvents(page, host);
  else if (options.format === 'json') ownConsole.print(formatRunAsJson(page, host, ends));
  else await printText(page, { host, hosts: all, ends, options });
  return exitCodes.ok;
}

/** Unchanged; damaged lines are left out. */
async function printEvents({ entry }: RunPage, host: HostName | undefined): Promise<void> {
  const { withoutText } = await readEvents(entry.directory, 'all', event => {
    if (host === undefined || ('host' in event && event.host === host)) ownConsole.print(toJsonLine(event));
  });
  if (withoutText === undefined) return;
  ownConsole.say(`warning: ${countOf(withoutText, 'line')} of scripts left out: not in ${entry.directory}/output\n`);
}

interface Shown {
  readonly host: HostName | undefined;
  readonly hosts: readonly HostName[];
  readonly ends: readonly ScriptFinished[];
  readonly options: ShowRunOptions;
}

async function printText(page: RunPage, { host, hosts, ends, options }: Shown): Promise<void> {
  const shape = ownConsole.shape();
  if (host !== undefined) {
    ownConsole.print(formatHostPage(page, host, ends, shape));
    await printOutput(page, host, '');
    return;
  }
  const verbosity = options.verbose ? 'verbose' : 'normal';
  ownConsole.print(formatRunPage(page, { ...shape, verbosity, sentences: 'wrapped' }));
  if (options.output) for (const one of hosts) await printOutput(page, one, `${printableText(one)} `);
  if (options.fold || options.diff) await printFolded(page, options.diff ? 'as-diff' : 'whole', shape.colour);
}

/** As an apply with --fold or --diff does, of the hosts on which a script began; then what they wrote to stderr. */
async function printFolded({ entry, tally }: RunPage, differing: 'whole' | 'as-diff', colour: Colour): Promise<void> {
  const hosts = hostsBegun(tally);
  const { directory } = entry;
  const { signal } = new AbortController();
  ownConsole.print('\n');
  if (hosts.length === 0) ownConsole.print('no script began on any host\n');
  await ownConsole.printAll(printOutputs({ directory, differing, colour, signal }, hosts));
  for (const host of hosts) await printFile(entry, host, 'stderr', `${printableText(host)} ! `);
}

async function printOutput({ entry }: RunPage, host: HostName, before: string): Promise<void> {
  const signs = before === '' ? { stdout: '', stderr: '! ' } : { stdout: '| ', stderr: '! ' };
  for (const stream of ['stdout', 'stderr'] as const) await printFile(entry, host, stream, `${before}${signs[stream]}`);
}

/** Line by line, since a file may be larger than memory. Control characters are made safe for a terminal. */
async function printFile(
  { directory }: RunPage['entry'],
  host: HostName,
  stream: OutputLine['stream'],
  prefix: string,
): Promise<void> {
  const file = outputPath(directory, host, stream);
  try {
    await using input = await open(file);
    await ownConsole.printAll(withPrefix(input.readLines(), prefix));
  } catch (error) {
    // A host that printed nothing has no file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      ownConsole.say(`warning: ${file} cannot be read: ${(error as Error).message}\n`);
    }
  }
}

async function* withPrefix(lines: AsyncIterable<string>, prefix: string): AsyncGenerator<string> {
  for await (const line of lines) yield `${prefix}${printableText(line)}\n`;
}
