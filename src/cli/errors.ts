import { ConnectorError } from "../core/errors.ts";

/** The command line itself cannot be understood. */
export class UsageError extends ConnectorError {
  override readonly code = "usage";
  override readonly exitCode = 2;
}
