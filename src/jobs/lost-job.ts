/** Why the result of a run could not be written to its job. */
export type Loss = "taken_over" | "ended" | "job_gone" | "unreachable";

const texts: Readonly<Record<Loss, string>> = {
  taken_over: "Another worker has taken the job over.",
  ended: "Another process ended or released the job while it ran.",
  job_gone: "The job was deleted while it ran.",
  unreachable: "The result could not be written to the job",
};

/** What happened, as a sentence. */
export function describeLoss(loss: Loss, reason = ""): string {
  return loss === "unreachable" ? `${texts[loss]}: ${reason}` : texts[loss];
}
