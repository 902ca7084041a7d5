import type { Figures } from "./figures.ts";

/** What the measurements share. */
export interface Bench {
  folder: string;
  salesforceUrl: string;
  elasticsearchUrl: string;
  /** How often each time is measured. */
  rounds: number;
  figures: Figures;
  say: (text: string) => void;
}
