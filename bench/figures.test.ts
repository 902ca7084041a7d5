import { describe, expect, it } from "vitest";
import { figureLines, put, toFigure, type Figures } from "./figures.ts";

describe("figures", () => {
  it("are the median of their runs, with the spread", () => {
    expect(toFigure([300, 100, 200])).toEqual({ median: 200, spread: 1 });
    expect(toFigure([4, 1, 2, 3]).median).toBe(2.5);
  });

  it("print as one line each, with half their spread", () => {
    const figures: Figures = {};
    put(figures, "full_docs_per_s", [12_000.4, 11_000, 13_000]);

    expect(figures).toEqual({ full_docs_per_s: 12_000, full_docs_per_s_spread: 0.167 });
    expect(figureLines(figures)).toEqual(["full_docs_per_s              12,000   ± 8 %"]);
  });
});
