import { closestOf } from './explain-message.ts';
import { type QuotedPoint, quotedPoint } from './quoted-point.ts';
import type { StapMessage } from './read-stap-messages.ts';
import type { StapExplanation } from './stap-explanation.ts';

interface ExplainedBuild {
  /** The script's arguments. */
  readonly args: readonly string[];
  /** The programs that the build host does not have. */
  readonly absent: readonly string[];
  /** The files of which stap has found no debuginfo, as it names them: below a sysroot. */
  readonly stripped: readonly string[];
}

/** Why a probe point does not resolve, without its place; undefined where the message is about something else. */
export function explainPoint(
  message: StapMessage,
  { args, absent, stripped }: ExplainedBuild,
): StapExplanation | undefined {
  const point = quotedPoint(message, args);
  if (point === undefined) return undefined;
  const missing = absentProgram(message.text) ?? absent.find(path => point.programs.some(one => path.endsWith(one)));
  if (missing !== undefined) {
    return {
      cause: `the build host has no ${missing}, which ${point.text} names`,
      cure: "install the targets' package of it on the build host, the same version, or set stap_options.sysroot to a tree that has it",
    };
  }
  if (/^unspecified process probe is invalid/.test(message.text)) {
    return {
      cause: `${point.text} does not say of which program`,
      cure: `write process("/path/of/the/program")${point.text.slice('process'.length)}`,
    };
  }
  const bare = point.programs.findLast(one => stripped.some(path => path.endsWith(one)));
  const wanted = /\.function\("([^"@*?]+)/.exec(point.text)?.[1];
  if (bare !== undefined && wanted !== undefined && message.text.startsWith('no match')) {
    return {
      cause: `${bare} exports no function ${wanted}, and the build host has no debuginfo of it, which tells the others (${point.text})`,
      cure: closestOf(message.text, wanted) ?? cureOfStripped(bare),
    };
  }
  const cause = `${message.text}: ${point.text}`;
  const written = /"([^"]+)"[^"]*$/.exec(point.text)?.[1] ?? point.family;
  return { cause, cure: closestOf(message.text, written) ?? cureOf(point) };
}

function cureOfStripped(program: string): string {
  const major = /^\/usr\/lib\/postgresql\/(\d+)\//.exec(program)?.[1];
  const package_ = major === undefined ? 'the -dbgsym package of it' : `postgresql-${major}-dbgsym`;
  return `install its debuginfo there (Debian: ${package_}; RHEL: debuginfo-install), or set stap_options.debuginfod; its marks and what it exports: tapbook probes ${program} -l HOST`;
}

/** Not by its path, or by a glob. */
function absentProgram(text: string): string | undefined {
  return (/^cannot find executable '(.+)'/.exec(text) ?? /^glob (.+) error \(3\)/.exec(text))?.[1];
}

function cureOf({ text, family, programs: [program] }: QuotedPoint): string {
  if (family === 'process' && program !== undefined) {
    return `${program} has no such probe point on the build host, or no debuginfo there; stap -L lists what there is`;
  }
  // stap itself leaves empty files behind when it is stopped while it compiles trace headers.
  if (/^kernel\s*\.\s*trace\b/.test(text)) {
    return "the kernel has no such tracepoint (stap -L 'kernel.trace(\"*\")' on the build host lists them), or a stap there was stopped at the wrong time: find ~/.systemtap/cache -name 'tracequery_*.o' -size 0 -delete";
  }
  return 'the kernel has no such probe point; stap -L on the build host lists what there is';
}
