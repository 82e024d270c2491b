import { compileGlob } from '../model/compile-glob.ts';
import { findNearest } from '../model/did-you-mean.ts';

/** What is known of the markers (SDT probes) of a program before it is looked into. */
export interface KnownMarks {
  readonly providers: readonly string[];
  /** All names, where they are known. */
  readonly names?: readonly string[];
}

/**
 * The markers of a program by the name of its file. These programs have them from a dtrace provider (`query-start` there is
 * `query__start` in the file), so that no word of a name stands behind a single underscore.
 */
export function knownMarksOf(file: string): KnownMarks | undefined {
  return programs.find(({ pattern }) => pattern.test(file))?.marks;
}

/** What was meant, where a name or a pattern is certain to fit no marker of the program; undefined where it may. */
export function markMeant(written: string, { names }: KnownMarks): string | undefined {
  // stap does this itself (`sdt_query`, tapsets.cxx).
  const name = written.replaceAll('-', '__');
  const doubled = name.replace(/(?<=[^_*?])_(?=[^_*?])/g, '__');
  if (names === undefined) return doubled === name ? undefined : doubled;
  const isOne = (pattern: string): boolean => {
    const glob = compileGlob(pattern);
    return names.some(one => glob.test(one));
  };
  if (isOne(name)) return undefined;
  return isOne(doubled) ? doubled : findNearest(name, names);
}

/** PostgreSQL 9 to 18 (src/backend/utils/probes.d). Those of some versions are among them. */
const postgresql = `
  transaction__start transaction__commit transaction__abort
  lwlock__acquire lwlock__release lwlock__wait__start lwlock__wait__done lwlock__condacquire lwlock__condacquire__fail
  lwlock__acquire__or__wait lwlock__acquire__or__wait__fail lwlock__wait__until__free lwlock__wait__until__free__fail
  lock__wait__start lock__wait__done deadlock__found
  query__parse__start query__parse__done query__rewrite__start query__rewrite__done query__plan__start query__plan__done
  query__execute__start query__execute__done query__start query__done statement__status
  sort__start sort__done
  buffer__read__start buffer__read__done buffer__flush__start buffer__flush__done buffer__extend__start buffer__extend__done
  buffer__checkpoint__start buffer__checkpoint__sync__start buffer__checkpoint__done
  buffer__sync__start buffer__sync__written buffer__sync__done buffer__write__dirty__start buffer__write__dirty__done
  checkpoint__start checkpoint__done clog__checkpoint__start clog__checkpoint__done
  subtrans__checkpoint__start subtrans__checkpoint__done multixact__checkpoint__start multixact__checkpoint__done
  twophase__checkpoint__start twophase__checkpoint__done slru__readpage__physical__start slru__readpage__physical__done
  smgr__md__read__start smgr__md__read__done smgr__md__write__start smgr__md__write__done
  wal__insert wal__switch wal__buffer__write__dirty__start wal__buffer__write__dirty__done xlog__insert xlog__switch
`
  .trim()
  .split(/\s+/);

const programs: readonly { readonly pattern: RegExp; readonly marks: KnownMarks }[] = [
  { pattern: /^(?:postgres|postmaster)$/, marks: { providers: ['postgresql'], names: postgresql } },
  { pattern: /^(?:mysqld|mariadbd)$/, marks: { providers: ['mysql'] } },
  { pattern: /^(?:php[\d.]*|php-fpm[\d.]*|libphp[\d.]*\.so)$/, marks: { providers: ['php'] } },
  { pattern: /^(?:perl[\d.]*|libperl\.so[\d.]*)$/, marks: { providers: ['perl'] } },
  { pattern: /^(?:ruby[\d.]*|libruby[\w.-]*\.so[\d.]*)$/, marks: { providers: ['ruby'] } },
  { pattern: /^(?:python[\d.]+|libpython[\w.]*\.so[\d.]*)$/, marks: { providers: ['python'] } },
  { pattern: /^libjvm\.so$/, marks: { providers: ['hotspot', 'hotspot_jni'] } },
];
