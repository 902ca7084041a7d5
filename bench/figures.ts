/** One figure: the median of its runs and their spread. */
export interface Figure {
  median: number;
  /** (largest − smallest) / median. */
  spread: number;
}

/** Figures by the keys of docs/performance.md. */
export type Figures = Record<string, number>;

export function toFigure(runs: readonly number[]): Figure {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { median, spread: ((sorted.at(-1) ?? NaN) - (sorted[0] ?? NaN)) / median };
}

/** Adds a figure and its spread under the key. */
export function put(figures: Figures, key: string, runs: readonly number[]): void {
  const { median, spread } = toFigure(runs);
  figures[key] = round(median);
  figures[`${key}_spread`] = round(spread);
}

/** Three significant digits, or whole numbers above a thousand. */
export function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

/** One line for each figure. */
export function figureLines(figures: Figures): string[] {
  return Object.entries(figures)
    .filter(([key]) => !key.endsWith("_spread"))
    .map(([key, value]) => {
      const spread = figures[`${key}_spread`];
      return `${key.padEnd(24)} ${value.toLocaleString("en-US").padStart(10)}${spread === undefined ? "" : `   ± ${Math.round((spread / 2) * 100)} %`}`;
    });
}
