import { jobTypes, type JobType } from "../jobs/ports.ts";
import { UsageError } from "./errors.ts";

/** The type of sync that a word names. What this version does not do is refused, never ignored. */
export function toJobType(word: string): JobType {
  const type = jobTypes.find((candidate) => candidate === word);
  if (type === undefined) {
    throw new UsageError(`${word} is not a type of sync.`, { hint: "Use full, incremental or access_control." });
  }
  if (type === "access_control") {
    throw new UsageError("Access control syncs are not available in this version yet.", {
      hint: "Use full.",
    });
  }
  return type;
}

/** What whoever asks for an incremental sync should know. */
export const incrementalNotice = "Incremental syncs are not available in this version yet: this is a full sync.";
