import { describe, expect, it } from "vitest";
import { systemClock, type Clock } from "./clock.ts";
import { CanceledError, AppError } from "./errors.ts";
import { withRetry, type RetryPolicy } from "./retry.ts";

class FlakyError extends AppError {
  override readonly code = "flaky";
}

const policy: RetryPolicy = { attempts: 4, baseMs: 100, capMs: 300, jitter: 0.5 };

function fakeClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    timeout: (ms) => AbortSignal.timeout(ms),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
}

function failing(times: number, details: { retryable: boolean; retryAfterMs?: number }): () => Promise<string> {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(new FlakyError("flaky", details)) : Promise.resolve("done"));
}

describe("withRetry", () => {
  it("retries with exponential backoff, a maximum wait and jitter", async () => {
    const clock = fakeClock();

    const result = await withRetry(
      policy,
      { clock, signal: new AbortController().signal, random: () => 1 },
      failing(3, { retryable: true }),
    );

    expect(result).toBe("done");
    expect(clock.waits).toEqual([150, 300, 450]);
  });

  it("ends with the last error if the time for the work is over, and with a cancellation if the work is canceled", async () => {
    const work = failing(9, { retryable: true });
    const controller = new AbortController();
    const canceled = withRetry({ ...policy, baseMs: 10_000 }, { clock: systemClock, signal: controller.signal }, work);
    controller.abort();

    await expect(canceled).rejects.toThrow(CanceledError);
    const late = { clock: systemClock, signal: AbortSignal.timeout(20) };
    await expect(withRetry({ ...policy, baseMs: 10_000 }, late, work)).rejects.toThrow(FlakyError);
  });

  it("waits at least as long as the server demands", async () => {
    const clock = fakeClock();

    await withRetry(
      policy,
      { clock, signal: new AbortController().signal, random: () => 0 },
      failing(2, { retryable: true, retryAfterMs: 150 }),
    );

    expect(clock.waits).toEqual([150, 200]);
  });

  it("never waits longer than a timer can, which would be a wait of one millisecond", async () => {
    const clock = fakeClock();
    const details = { retryable: true, retryAfterMs: 1e15 };

    await withRetry(policy, { clock, signal: new AbortController().signal, random: () => 0 }, failing(1, details));

    expect(clock.waits).toEqual([2_147_483_647]);
  });

  it("gives up after the policy's attempts with the last error", async () => {
    const clock = fakeClock();

    const outcome = withRetry(policy, { clock, signal: new AbortController().signal }, failing(4, { retryable: true }));

    await expect(outcome).rejects.toBeInstanceOf(FlakyError);
    expect(clock.waits).toHaveLength(3);
  });

  it("does not retry an error that is not retryable", async () => {
    const clock = fakeClock();

    const outcome = withRetry(
      policy,
      { clock, signal: new AbortController().signal },
      failing(1, { retryable: false }),
    );

    await expect(outcome).rejects.toBeInstanceOf(FlakyError);
    expect(clock.waits).toEqual([]);
  });

  it("stops at once when the work is canceled", async () => {
    const controller = new AbortController();
    const clock = fakeClock();

    const outcome = withRetry(policy, { clock, signal: controller.signal }, () => {
      controller.abort();
      return Promise.reject(new FlakyError("flaky", { retryable: true }));
    });

    await expect(outcome).rejects.toBeInstanceOf(CanceledError);
    expect(clock.waits).toEqual([]);
  });
});
