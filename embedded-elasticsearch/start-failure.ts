/** Elasticsearch could not be started or reached. */
export class StartFailure extends Error {
  override readonly name: string = "StartFailure";
  /** The failure and its remedy, in one line. */
  readonly sentence: string;
  /** Output of the failed program or lines of the log. Can be empty. */
  readonly details: string;

  constructor(sentence: string, { details = "", cause }: { details?: string; cause?: unknown } = {}) {
    super(details === "" ? sentence : `${sentence}\n${details}`, { cause });
    this.sentence = sentence;
    this.details = details;
  }
}

/** The jars cannot be fetched: Maven or the network is missing, or the jars are no longer published. */
export class MissingJars extends StartFailure {
  override readonly name = "MissingJars";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed system call (`ENOENT`, `EADDRINUSE`), else undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
