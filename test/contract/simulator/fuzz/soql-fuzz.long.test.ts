import { expect, test } from "vitest";
import { startSimulator } from "../../../../simulator/start-simulator.ts";
import { runFuzz } from "./run-fuzz.ts";

test(
  "100,000 random and invalid statements of several users are answered correctly or refused, within 10 seconds each",
  { timeout: 1_200_000 },
  async () => {
    const simulator = await startSimulator({ size: "400", seed: "long" });

    const report = await runFuzz(simulator, { statements: 100_000, seed: "fuzz-long" });

    await simulator.stop();
    expect(report.problems).toEqual([]);
    expect(report.hidden).toBeGreaterThan(500);
    expect(report.checked).toBe(50_000);
    expect(report.refused).toBeGreaterThan(10_000);
  },
);
