export interface ErrorDetails {
  /** Advice for the operator, as a sentence. */
  hint?: string;
  /** The same request may succeed later. */
  retryable?: boolean;
  /** The least time to wait before a retry, as requested by the server. */
  retryAfterMs?: number;
  /** Every other request to the same server will fail for the same reason, such as its credentials or limits. */
  concernsAll?: boolean;
  cause?: unknown;
}

/**
 * The base of this project's errors. The message says what failed, on what, and what was found and expected.
 * `code` is stable: scripts and tests use it instead of the text.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly concernsAll: boolean;
  /** The exit code of the process: 2 for errors found without asking a server (arguments, configuration file), otherwise 1. */
  readonly exitCode: 1 | 2 = 1;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.concernsAll = details.concernsAll ?? false;
  }
}

/** The work was canceled by a signal or by a canceled job. This is not a failure. */
export class CanceledError extends AppError {
  override readonly code = "canceled";
}

/** Converts a thrown value to an Error, because libraries may throw anything. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The message and the hint, on one line. */
export function describeError(thrown: unknown): string {
  const error = toError(thrown);
  const hint = error instanceof AppError && error.hint !== undefined ? ` ${error.hint}` : "";
  return `${error.message}${hint}`.replaceAll(/\s*\n\s*/g, " ");
}

/** Whether a signal has fired because its time is over, not because someone canceled the work. */
export function hasTimedOut({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof DOMException && reason.name === "TimeoutError";
}

/** @throws CanceledError if the signal has fired */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CanceledError("The work was canceled.", { cause: signal.reason });
}

/** Waits for the promise or the signal. The work behind the promise goes on, for other callers that wait for it. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new CanceledError("The work was canceled.", { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new CanceledError("The work was canceled.", { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
