import type { EventSink, OutputLine } from '../../model/event.ts';
import type { ModuleName } from '../../model/ids.ts';
import type { PlannedPlay } from '../../model/plan.ts';

/**
 * Passes events on, and warns once of each script that prints lines about what runs it: staprun and stapio read its output, and
 * sshd sends it here, so that more output makes more of them. A script that names such a program itself means it.
 */
export function warnOfOwnLines(events: EventSink, { builds }: Pick<PlannedPlay, 'builds'>): EventSink {
  const texts = new Map(builds.map(({ module, source }) => [module, source.text]));
  const told = new Set<ModuleName>();
  const look = ({ host, module, stream, text }: OutputLine): void => {
    if (stream !== 'stdout' || told.has(module)) return;
    const name = ownProgramIn(text);
    if (name === undefined || texts.get(module)?.includes(name)) return;
    told.add(module);
    const names = [...new Set(['staprun', 'stapio', name])];
    const filter = `if (${names.map(one => `execname() == "${one}"`).join(' || ')}) next`;
    const what = `${module} on ${host} prints lines about ${name}, which ${workOf(name)}`;
    events.emit({
      kind: 'notice',
      severity: 'warning',
      text: `${what}; to leave them out, begin its probes with: ${filter}`,
    });
  };
  return {
    emit(event) {
      events.emit(event);
      if (event.kind === 'line') look(event);
    },
    congestion: () => events.congestion(),
  };
}

/** Undefined for nearly every line: most are told by the first look, which costs next to nothing. */
function ownProgramIn(text: string): string | undefined {
  if (!text.includes('stap') && !text.includes('sshd')) return undefined;
  return ownPrograms.exec(text)?.[0];
}

/** As words: not in a path, nor in the name of another program; `---` may stand between two fields. */
const ownPrograms = /(?<![\w/.])(?:staprun|stapio|sshd(?:-session)?)(?![\w/.]|-\w)/;

function workOf(name: string): string {
  return name.startsWith('sshd') ? 'sends its output here' : 'runs it';
}
