import type { Clock } from "./clock.ts";
import { AppError, throwIfAborted } from "./errors.ts";

/** How often and how patiently something is tried. The waits grow from `baseMs` up to `capMs`, spread by up to `jitter` of themselves. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  attempts: number;
  baseMs: number;
  capMs: number;
  /** What each wait is multiplied by to give the next one; 2 unless told otherwise. */
  factor?: number;
  /** 0 to 1: the share of a wait that chance may add, so that many clients do not come back at the same moment. */
  jitter: number;
}

/** What `withRetry` needs beside the policy. */
export interface RetryContext {
  clock: Clock;
  signal: AbortSignal;
  random?: () => number;
  /** Called before each wait. */
  onRetry?: (error: AppError, attempt: number, waitMs: number) => void;
}

/** The wait after attempt `attempt` (they count from 1), `random` being 0 to 1. */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  const backoff = Math.min(policy.capMs, policy.baseMs * (policy.factor ?? 2) ** (attempt - 1));
  return Math.round(backoff * (1 + policy.jitter * random));
}

/** Does the work, again while it fails with an error that says a retry may help, until the policy's attempts are used up. */
export async function withRetry<T>(policy: RetryPolicy, context: RetryContext, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(context.signal);
    try {
      return await work();
    } catch (error) {
      throwIfAborted(context.signal);
      if (!(error instanceof AppError) || !error.retryable || attempt >= policy.attempts) throw error;
      const delayMs = retryDelay(policy, attempt, (context.random ?? Math.random)());
      // A wait that the server asked for is a floor, never a ceiling.
      const waitMs = Math.max(error.retryAfterMs ?? 0, delayMs);
      context.onRetry?.(error, attempt, waitMs);
      await context.clock.sleep(waitMs, context.signal);
    }
  }
}
