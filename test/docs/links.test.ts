import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage, readPages, resolveLink } from './pages.ts';

const root = new URL('../..', import.meta.url).pathname;
const pages = readPages();
const byPath = new Map(pages.map(page => [page.path, page]));

test.each(pages.map(page => [page.path, page] as const))('%s: its links lead somewhere', (path, { links }) => {
  const broken = links.filter(({ target }) => {
    if (/^[a-z]+:/.test(target)) return false;
    const to = resolveLink(path, target);
    if (!existsSync(join(root, to.path))) return true;
    return to.anchor !== undefined && byPath.get(to.path)?.anchors.has(to.anchor) !== true;
  });
  expect(broken.map(({ target, line }) => `${path}:${line} ${target}`)).toEqual([]);
});

test('all that is in docs/ is found from the README', () => {
  const seen = new Set(['README.md']);
  for (const path of seen) {
    for (const { target } of byPath.get(path)?.links ?? []) {
      const to = resolveLink(path, target).path;
      if (byPath.has(to)) seen.add(to);
    }
  }
  expect(pages.map(({ path }) => path).filter(path => path.startsWith('docs/') && !seen.has(path))).toEqual([]);
});

test('the README is a page that one reads', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThan(250);
});

test('a page is read as GitHub does', () => {
  const page = readPage(
    'a.md',
    '# `tapbook x`: y, z_1!\n## b\n## b\n[c](d.md#e) `[f](g)`\n```yaml playbook\n# [h](i)\n```\n',
  );
  expect([...page.anchors]).toEqual(['tapbook-x-y-z_1', 'b', 'b-1']);
  expect(page.links).toEqual([{ target: 'd.md#e', line: 4 }]);
  expect(page.blocks).toEqual([{ page: 'a.md', line: 5, info: 'yaml playbook', text: '# [h](i)\n' }]);
});
