/** Elasticsearch could not be started or reached. The message is written for whoever runs the command: what failed and what to do. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed system call (`ENOENT`, `EADDRINUSE`), or undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
