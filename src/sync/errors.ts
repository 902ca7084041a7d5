import { AppError } from "../core/errors.ts";

/** Some objects could not be read to their end. The others were synced; nothing was deleted of these. */
export class IncompleteReadError extends AppError {
  override readonly code = "incomplete_read";
}
