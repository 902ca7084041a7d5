import { expect, test } from "vitest";
import { startSimulator } from "../../../../simulator/start-simulator.ts";
import { runFuzz } from "./run-fuzz.ts";

test("5,000 random and invalid statements of several users are answered correctly or refused, within 10 seconds each", async () => {
  const simulator = await startSimulator({ size: "tiny" });

  const report = await runFuzz(simulator, { statements: 5000, seed: "fuzz-1" });

  await simulator.stop();
  expect(report.problems).toEqual([]);
  expect(report.hidden).toBeGreaterThan(500);
  expect(report.checked).toBe(2500);
  expect(report.refused).toBeGreaterThan(500);
});
