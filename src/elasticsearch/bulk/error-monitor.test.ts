import { describe, expect, it } from "vitest";
import { ErrorMonitor, type ErrorMonitorSettings } from "./error-monitor.ts";

const lenient: ErrorMonitorSettings = {
  enabled: true,
  maxTotal: 1_000_000,
  maxConsecutive: 1_000_000,
  maxRate: 1,
  window: 100,
};

function refusalsUntilError(
  settings: Partial<ErrorMonitorSettings>,
  pattern: (n: number) => boolean,
  limit = 5000,
): number | undefined {
  const monitor = new ErrorMonitor({ ...lenient, ...settings });
  for (let n = 1; n <= limit; n++) if (monitor.count(pattern(n))) return n;
  return undefined;
}

describe("ErrorMonitor", () => {
  it("ends the sync at more refusals than allowed in total", () => {
    expect(refusalsUntilError({ maxTotal: 3 }, (n) => n % 10 === 0)).toBe(40);
  });

  it("ends the sync at more consecutive refusals than allowed, and restarts the count after a success", () => {
    expect(refusalsUntilError({ maxConsecutive: 3 }, () => true)).toBe(4);
    expect(refusalsUntilError({ maxConsecutive: 3 }, (n) => n % 4 !== 0)).toBeUndefined();
  });

  it("ends the sync if the share of refusals within the window is too high", () => {
    expect(refusalsUntilError({ maxRate: 0.15, window: 20 }, (n) => n % 5 === 0)).toBe(20);
    expect(refusalsUntilError({ maxRate: 0.15, window: 0 }, (n) => n % 5 === 0)).toBeUndefined();
  });

  it("never ends a sync when it is off", () => {
    expect(
      refusalsUntilError({ enabled: false, maxTotal: 0, maxConsecutive: 0, maxRate: 0 }, () => true, 100),
    ).toBeUndefined();
  });
});
