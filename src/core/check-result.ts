import { AppError, toError } from "./errors.ts";

/** What one check of `salesforce-connector check` found. */
export interface CheckResult {
  /** What was checked, such as `Salesforce sign-in`. */
  name: string;
  outcome: "ok" | "warning" | "failed";
  found: string;
  /** What was expected, where it is not what was found. */
  expected?: string;
  /** What to do about it. */
  hint?: string;
}

/** The result of a check that could not be made, or whose making failed. */
export function failedCheck(name: string, thrown: unknown): CheckResult {
  const hint = thrown instanceof AppError && thrown.hint !== undefined ? { hint: thrown.hint } : {};
  return { name, outcome: "failed", found: toError(thrown).message, ...hint };
}
