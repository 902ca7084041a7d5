import type { Clock } from "./clock.ts";
import { AppError, hasTimedOut, throwIfAborted } from "./errors.ts";

/** Exponential backoff: waits grow from `baseMs` to `capMs`. */
export interface RetryPolicy {
  /** Including the first. */
  attempts: number;
  baseMs: number;
  capMs: number;
  /** Default: 2. */
  factor?: number;
  /** 0 to 1: the share of a wait that is added at random, so that many clients do not retry at the same moment. */
  jitter: number;
}

/** The longest wait that a timer keeps: a larger number would count as one millisecond. */
const longestTimerMs = 2_147_483_647;

export interface RetryContext {
  clock: Clock;
  signal: AbortSignal;
  random?: () => number;
  /** Called before each wait. */
  onRetry?: (error: AppError, attempt: number, waitMs: number) => void;
}

/** Milliseconds to wait after attempt number `attempt` (from 1); `random` is 0 to 1. */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  const backoff = Math.min(policy.capMs, policy.baseMs * (policy.factor ?? 2) ** (attempt - 1));
  return Math.round(backoff * (1 + policy.jitter * random));
}

/** Does the work and retries retryable errors until the policy's attempts are used up. */
export async function withRetry<T>(policy: RetryPolicy, context: RetryContext, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(context.signal);
    try {
      return await work();
    } catch (error) {
      // The time for the work and its retries is over, and the error says more than that.
      if (hasTimedOut(context.signal)) throw error;
      throwIfAborted(context.signal);
      if (!(error instanceof AppError) || !error.retryable || attempt >= policy.attempts) throw error;
      const delayMs = retryDelay(policy, attempt, (context.random ?? Math.random)());
      // The server's Retry-After is a lower bound.
      const waitMs = Math.min(Math.max(error.retryAfterMs ?? 0, delayMs), longestTimerMs);
      context.onRetry?.(error, attempt, waitMs);
      await context.clock.sleep(waitMs, context.signal).catch((canceled: unknown) => {
        throw hasTimedOut(context.signal) ? error : canceled;
      });
    }
  }
}
