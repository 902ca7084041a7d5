/** What an error carries beyond its message. */
export interface ErrorDetails {
  /** What the operator can do about it: a sentence, or nothing where the message says it all. */
  hint?: string;
  /** Whether the same attempt, made again later, may succeed. */
  retryable?: boolean;
  /** The least time to wait before that attempt, as the server asked for it. */
  retryAfterMs?: number;
  /** Whether whatever else is asked of the same server will fail for the same reason: its limits, its credentials. */
  concernsAll?: boolean;
  cause?: unknown;
}

/**
 * The base of every error that this project throws on purpose. The message says what failed, on which thing, what was found
 * and what was expected; `code` is stable, so that scripts and tests need no text.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly concernsAll: boolean;
  /** What the process ends with: 1 for whatever a server or the machine answered. Errors that show without asking anybody say 2. */
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

/** The work was asked to stop (a signal, a cancelled job). Not a failure of anything. */
export class CanceledError extends AppError {
  override readonly code = "canceled";
}

/** What was thrown, as an Error: code from outside may throw anything. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The message and, where there is one, the hint, as one line for a person. */
export function describeError(thrown: unknown): string {
  const error = toError(thrown);
  const hint = error instanceof AppError && error.hint !== undefined ? ` ${error.hint}` : "";
  return `${error.message}${hint}`.replaceAll(/\s*\n\s*/g, " ");
}

/** Throws if the work was asked to stop. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CanceledError("The work was stopped.", { cause: signal.reason });
}
