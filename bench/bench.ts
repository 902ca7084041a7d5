import type { Figures } from "./figures.ts";

export interface Bench {
  folder: string;
  salesforceUrl: string;
  elasticsearchUrl: string;
  /** Measurements of each time. */
  rounds: number;
  figures: Figures;
  say: (text: string) => void;
}
