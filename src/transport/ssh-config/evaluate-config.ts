import { ok, type Result } from '../../model/result.ts';
import { expandTokens } from './expand-tokens.ts';
import { judgeKeyword } from './keywords.ts';
import { type MatchSubject, matchSection } from './match-section.ts';
import type { ConfigFile, ConfigLine } from './read-config-file.ts';

/** What is set for one host. */
export interface Evaluated {
  /** By keyword in lower case, the first line that set it: later ones count for nothing. */
  readonly settings: ReadonlyMap<string, ConfigLine>;
  /** `IdentityFile`, which adds up. */
  readonly identityFiles: readonly ConfigLine[];
  /** `ProxyJump` or `ProxyCommand`, whichever came first. */
  readonly proxy?: ConfigLine;
  /** Why only the system's `ssh` can do what is asked for, as a clause: `Ciphers is set in …`. */
  readonly needsSsh?: string;
}

export interface ConfigQuestion {
  /** As the host was asked for: `ansible_host`. */
  readonly originalHost: string;
  /** What is set before any file is read, as on the command line. */
  readonly options: readonly ConfigLine[];
  readonly files: readonly ConfigFile[];
  readonly localUser: string;
}

/** Reads the files for one host, as ssh does: from the top, the first value wins. The failure is a sentence. */
export function evaluateConfig(question: ConfigQuestion): Result<Evaluated, string> {
  const draft: Draft = { settings: new Map(), identityFiles: [], wantsFinal: false };
  for (const pass of ['first', 'final'] as const) {
    if (pass === 'final' && !draft.wantsFinal) break;
    for (const file of [question.options, ...question.files]) {
      const read = readLines(file, { draft, question, pass, isActive: true });
      if (!read.ok) return read;
    }
  }
  const { settings, identityFiles, proxy } = draft;
  const needsSsh = whyNeedsSsh(draft);
  return ok({
    settings,
    identityFiles,
    ...(proxy === undefined ? {} : { proxy }),
    ...(needsSsh === undefined ? {} : { needsSsh }),
  });
}

interface Draft {
  readonly settings: Map<string, ConfigLine>;
  readonly identityFiles: ConfigLine[];
  proxy?: ConfigLine;
  wantsFinal: boolean;
  /** A section of which nobody but ssh knows whether it is for this host. */
  undecided?: string | undefined;
}

interface Reading {
  readonly draft: Draft;
  readonly question: ConfigQuestion;
  readonly pass: MatchSubject['pass'];
  /** Whether the lines before the file's first section count. */
  readonly isActive: boolean;
}

function readLines(file: ConfigFile, reading: Reading): Result<undefined, string> {
  const { draft, question, pass } = reading;
  let { isActive } = reading;
  for (const line of file) {
    if (line.keyword === 'host' || line.keyword === 'match') {
      const matching = matchSection(line, subjectOf(draft, question, pass));
      if (!matching.ok) {
        // Within a section that is not for this host, no section can be.
        if (reading.isActive) return matching;
        continue;
      }
      draft.wantsFinal ||= matching.value.wantsFinal;
      if (reading.isActive) draft.undecided ??= matching.value.needsSsh;
      isActive = reading.isActive && matching.value.isMatch;
    } else if (line.keyword === 'include') {
      if (isActive) draft.undecided ??= line.needsSsh;
      for (const included of line.included ?? []) {
        const read = readLines(included, { ...reading, isActive });
        if (!read.ok) return read;
      }
    } else if (isActive) take(line, draft);
  }
  return ok(undefined);
}

function take(line: ConfigLine, draft: Draft): void {
  const { keyword, words } = line;
  if (keyword === 'identityfile') {
    if (!draft.identityFiles.some(other => other.words[0] === words[0])) draft.identityFiles.push(line);
  } else if (keyword === 'proxyjump' || keyword === 'proxycommand') draft.proxy ??= line;
  else if (!draft.settings.has(keyword)) draft.settings.set(keyword, line);
}

function subjectOf({ settings }: Draft, question: ConfigQuestion, pass: MatchSubject['pass']): MatchSubject {
  const { originalHost, localUser } = question;
  const hostName = settings.get('hostname')?.words[0];
  // Of the tokens only %h and %% have a meaning in HostName.
  const expanded = hostName === undefined ? undefined : expandTokens(hostName, { h: originalHost });
  const host = expanded?.ok === true ? expanded.value : originalHost;
  return { originalHost, host, user: settings.get('user')?.words[0] ?? localUser, localUser, pass };
}

function whyNeedsSsh({ settings, proxy, undecided }: Draft): string | undefined {
  if (undecided !== undefined) return undecided;
  if (proxy?.keyword === 'proxycommand' && !isOff(proxy)) return `ProxyCommand is set in ${proxy.where}`;
  const ignored = settings.get('ignoreunknown')?.words.flatMap(word => word.toLowerCase().split(',')) ?? [];
  for (const { keyword, words, where } of settings.values()) {
    // Without the other one, which is off unless somebody sets it, ssh runs nothing.
    if (keyword === 'localcommand' && !/^(?:yes|true)$/i.test(settings.get('permitlocalcommand')?.words[0] ?? ''))
      continue;
    if (judgeKeyword(keyword, words.join(' '), ignored) === 'needs-ssh') return `${keyword} is set in ${where}`;
  }
  return undefined;
}

/** `none` takes back what a later line would set. */
export function isOff({ words }: ConfigLine): boolean {
  return words.length === 1 && words[0]?.toLowerCase() === 'none';
}
