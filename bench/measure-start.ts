import { startScript } from "../demo/processes.ts";
import type { Bench } from "./bench.ts";
import { put } from "./figures.ts";

/** Measures the shortest command. */
export async function measureStart({ figures, rounds }: Bench): Promise<void> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await startScript("src/main.ts", ["--version"]).output();
    seconds.push((performance.now() - started) / 1000);
  }
  put(figures, "version_s", seconds);
}
