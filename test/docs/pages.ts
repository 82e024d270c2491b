import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { anchorOf } from '../../scripts/reference/markdown.ts';

const root: string = new URL('../..', import.meta.url).pathname;

/** A page of Markdown, as far as links and examples are concerned. */
export interface Page {
  /** Below the repository's root. */
  readonly path: string;
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly { readonly target: string; readonly line: number }[];
  readonly blocks: readonly Block[];
}

/** Code between fences. */
export interface Block {
  readonly page: string;
  /** Of its first fence. */
  readonly line: number;
  /** What stands behind the fence: `yaml playbook`. */
  readonly info: string;
  readonly text: string;
}

/** Everything that people read: the README, the docs, what tells of the code and of the tests, the changelog. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`);
  const others = ['README.md', 'CHANGELOG.md', 'src/README.md', 'test/README.md', 'test/lab/README.md'];
  return [...others, ...docs.sort()].map(path => readPage(path, readFileSync(join(root, path), 'utf8')));
}

/** Where a link of a page leads to, below the root; an empty path is the page itself. */
export function resolveLink(
  page: string,
  target: string,
): { readonly path: string; readonly anchor: string | undefined } {
  const [path = '', anchor] = target.split('#');
  return { path: path === '' ? page : relative(root, join(root, dirname(page), path)), anchor };
}

export function readPage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const headings: string[] = [];
  const links: { target: string; line: number }[] = [];
  let open: { fence: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(\s*)(`{3,})(.*)$/.exec(line);
    if (open !== undefined) {
      if (fence?.[2] === open.fence && fence[3] === '') {
        blocks.push({ page: path, line: open.line, info: open.info, text: `${open.lines.join('\n')}\n` });
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    if (fence !== null) {
      open = { fence: fence[2] ?? '', info: (fence[3] ?? '').trim(), line: index + 1, lines: [] };
      continue;
    }
    const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (heading !== undefined) headings.push(heading);
    links.push(...linksOf(line).map(target => ({ target, line: index + 1 })));
  }
  return { path, anchors: uniqueAnchors(headings), links, blocks };
}

/** Not of what stands in code. */
function linksOf(line: string): readonly string[] {
  const prose = line.replaceAll(/`[^`]*`/g, '');
  return [
    ...[...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    ...[...prose.matchAll(/<(?:img|a)[^>]*?(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target),
  ];
}

/** The second of equal headings has a number, as on GitHub. */
function uniqueAnchors(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const anchor = anchorOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''));
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}
