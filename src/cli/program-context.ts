import type { Terminal } from "./terminal.ts";

/** What the program needs from the process around it. */
export interface ProgramContext {
  /** `salesforce-connector`, or `elastic-ingest` for whoever changes over from Elastic's connectors. */
  name: string;
  terminal: Terminal;
  /** Fires when the process is told to stop. */
  signal: AbortSignal;
}
