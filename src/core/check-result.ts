import { AppError, toError } from "./errors.ts";

/** The result of one check of `salesforce-connector check`. */
export interface CheckResult {
  /** Such as `Salesforce sign-in`. */
  name: string;
  outcome: "ok" | "warning" | "failed";
  found: string;
  /** Only if it differs from the value that was found. */
  expected?: string;
  hint?: string;
}

/** The result of a check that threw. */
export function failedCheck(name: string, thrown: unknown): CheckResult {
  const hint = thrown instanceof AppError && thrown.hint !== undefined ? { hint: thrown.hint } : {};
  return { name, outcome: "failed", found: toError(thrown).message, ...hint };
}
