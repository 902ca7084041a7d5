import { AppError } from "../core/errors.ts";
import type { Terminal } from "./terminal.ts";

/** The process around a command. */
export interface ProgramContext {
  /** `salesforce-connector`, or `elastic-ingest` with the options of Elastic's connectors. */
  name: string;
  terminal: Terminal;
  /** Fires when the process is told to stop. */
  signal: AbortSignal;
}

/** The arguments of the command line are invalid. */
export class UsageError extends AppError {
  override readonly code = "usage";
  override readonly exitCode = 2;
}
