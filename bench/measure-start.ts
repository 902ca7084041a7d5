import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bench } from "./bench.ts";
import { put } from "./figures.ts";

/** How long the shortest command takes. */
export async function measureStart({ figures, rounds }: Bench): Promise<void> {
  const main = join(import.meta.dirname, "../src/main.ts");
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await promisify(execFile)(process.execPath, [main, "--version"]);
    seconds.push((performance.now() - started) / 1000);
  }
  put(figures, "version_s", seconds);
}
