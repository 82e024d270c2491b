import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ModuleName } from '../../../src/model/ids.ts';
import type { Series } from '../../../src/records/gather-series.ts';
import { styleSeries } from '../../../src/report/page/series-styles.ts';

function chart(...names: string[]): Series {
  const lines = names.map(name => ({ name, values: [1] }));
  return {
    play: 'p',
    module: 'm' as ModuleName,
    column: 'n',
    by: ['name'],
    stepSeconds: 1,
    times: [0],
    lines,
    others: 0,
  };
}

describe('a line', () => {
  test('has the same style in each chart, whatever its rank', () => {
    const names = ['postgres', 'sshd', 'systemd', 'cron', 'bash', 'rsync', 'curl', 'python3'];
    const styles = styleSeries([chart(...names), chart(...names.toReversed())]);
    expect(new Set(names.map(name => styles.get(name))).size).toBe(8);
    expect(styleSeries([chart('sshd', 'postgres')]).get('postgres')).toBe(
      styleSeries([chart('postgres')]).get('postgres'),
    );
  });

  test('has a style of its own while there are any', () => {
    const styles = styleSeries([
      chart('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      chart('i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'),
    ]);
    expect(new Set(styles.values()).size).toBe(16);
  });

  test('shares its style with none that it meets, though there are more names than styles', () => {
    const charts = Array.from({ length: 20 }, (_, at) =>
      chart(...Array.from({ length: 4 }, (__, index) => `n${at * 2 + index}`)),
    );
    const styles = styleSeries(charts);
    for (const { lines } of charts) expect(new Set(lines.map(({ name }) => styles.get(name))).size).toBe(4);
  });
});

/** To linear light. */
function parse(hex: string): number[] {
  return [1, 3, 5]
    .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

function multiply(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map(row => row.reduce((sum, factor, index) => sum + factor * (vector[index] ?? 0), 0));
}

/** Bj\u00f6rn Ottosson's Oklab. */
function toLab(colour: readonly number[]): number[] {
  const cones = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour,
  );
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt),
  );
}

/** What eyes without one kind of cones see, after Machado, Oliveira and Fernandes (2009), at full severity. */
const eyes = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe.each(['light', 'dark'] as const)('the colours on a %s ground', scheme => {
  const css = readFileSync(new URL('../../../src/report/page/client/page.css', import.meta.url), 'utf8');
  const part = css.split('@media (prefers-color-scheme: dark)')[scheme === 'light' ? 0 : 1] ?? '';
  const colourOf = (name: string): string => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(part)?.[1] ?? '';
  const colours = Array.from({ length: 9 }, (_, index) => colourOf(`c${index}`));
  const luminance = (colour: string): number => multiply([[0.2126, 0.7152, 0.0722]], parse(colour))[0] ?? 0;

  test('can be seen on it (WCAG 2, 1.4.11: 3 to 1)', () => {
    for (const colour of colours) {
      const [dark = 0, bright = 0] = [luminance(colour), luminance(colourOf('ground'))].toSorted(
        (left, right) => left - right,
      );
      expect((bright + 0.05) / (dark + 0.05)).toBeGreaterThan(3);
    }
  });

  test.each(Object.entries(eyes))('are told apart by %s eyes: solid from solid, dashed from dashed', (_, matrix) => {
    const seen = colours.map(colour =>
      toLab(multiply(matrix, parse(colour)).map(light => Math.min(1, Math.max(0, light)))),
    );
    const distance = (left: number, right: number): number =>
      Math.hypot(...(seen[left] ?? []).map((value, index) => value - (seen[right]?.[index] ?? 0)));
    for (let left = 0; left < 8; left++) {
      for (let right = 0; right < left; right++) {
        const areDashedAlike = left < 4 === right < 4;
        expect(distance(left, right), `${colours[left]} ${colours[right]}`).toBeGreaterThan(
          areDashedAlike ? 0.12 : 0.06,
        );
      }
    }
  });
});
