import { AppError } from "../core/errors.ts";

/** The command line itself cannot be understood. */
export class UsageError extends AppError {
  override readonly code = "usage";
  override readonly exitCode = 2;
}
