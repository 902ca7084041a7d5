/** Elasticsearch could not be started or reached. */
export class StartFailure extends Error {
  override readonly name: string = "StartFailure";
  /** What failed and what to do, in one line. */
  readonly sentence: string;
  /** What a program or a log said of it: several lines, or none. */
  readonly details: string;

  constructor(sentence: string, { details = "", cause }: { details?: string; cause?: unknown } = {}) {
    super(details === "" ? sentence : `${sentence}\n${details}`, { cause });
    this.sentence = sentence;
    this.details = details;
  }
}

/** The jars of a version cannot be fetched: Maven or the network is missing, or they are no longer published. */
export class MissingJars extends StartFailure {
  override readonly name = "MissingJars";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed system call (`ENOENT`, `EADDRINUSE`), or undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
