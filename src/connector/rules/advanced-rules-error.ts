import { AppError } from "../../core/errors.ts";
import type { AdvancedRuleProblem } from "./advanced-rules.ts";

/** The advanced sync rules cannot be used: they do not have the form, or Salesforce refuses a query. Lists every problem at once. */
export class AdvancedRulesError extends AppError {
  override readonly code = "advanced_rules";
  readonly problems: readonly AdvancedRuleProblem[];

  constructor(problems: readonly AdvancedRuleProblem[]) {
    super(`The advanced sync rules cannot be used. ${problems.map(({ message }) => message).join(" ")}`, {
      hint: "Correct the rules; until then nothing is synced and nothing is deleted.",
    });
    this.problems = problems;
  }
}
