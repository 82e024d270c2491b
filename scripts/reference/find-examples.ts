/** What the guide shows of a command, the first few of it: `tapbook runs --since 2d    # why`, in the order of the pages. */
export function findExamples(
  guide: readonly string[],
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const page of guide) {
    for (const [, line = ''] of page.matchAll(/^\$ (tapbook .*)$/gm)) {
      const example = line.replace(/\s{2,}# /, '    # ');
      const name = names.filter(one => line.startsWith(`${one} `)).sort((a, b) => b.length - a.length)[0];
      if (name === undefined) continue;
      const examples = found.get(name) ?? [];
      if (examples.length < mostExamples && !examples.includes(example)) examples.push(example);
      found.set(name, examples);
    }
  }
  return found;
}

const mostExamples = 6;
