import { AppError } from "../core/errors.ts";

/** The configuration file is missing, unreadable, or against its schema. The message holds every problem, one a line. */
export class ConfigurationError extends AppError {
  override readonly code = "configuration";
  override readonly exitCode = 2;
}
