import { AppError, describeError } from "../core/errors.ts";
import type { OrgSharing } from "./access/ports.ts";
import { heldSentences } from "./mass-delete-brake.ts";
import type { SourcePlan } from "./ports.ts";
import type { HeldDeletes } from "./report.ts";

/** Some objects could not be read completely. The others were synced; no document of these was deleted. */
class IncompleteReadError extends AppError {
  override readonly code = "incomplete_read";
}

/** Nothing would be read, and deselected objects would still lose their documents. */
export function refuseUnreadablePlan({ objects, unreadable }: SourcePlan): void {
  if (objects.length > 0) return;
  const reasons = unreadable.map(({ name, reason }) => `${name} (${reason})`).join(", ");
  throw new IncompleteReadError(
    `None of the selected objects can be read${reasons === "" ? "" : `: ${reasons}`}. Nothing was written or deleted.`,
    { hint: "Check the selected objects, and the object permissions of the integration user." },
  );
}

/** Without users, or without the settings of objects, nobody would find anything, and every identity or document would be changed for that. */
export function refuseUnreadableSharing({ facts: { users = [], objects }, warnings }: OrgSharing): void {
  if (users.length > 0 && objects.length > 0) return;
  const table = users.length > 0 ? "EntityDefinition" : "User";
  const reason = warnings.find((warning) => warning.startsWith(`${table} `));
  throw new IncompleteReadError(
    `Access control requires the rows of ${table}. ${reason ?? "Salesforce returned none."} Nothing was written or deleted.`,
    { hint: "Check the permissions of the integration user: the command check lists those that access control needs." },
  );
}

/** A failing object does not stop the others; the first error becomes that of the sync. */
export function throwForFailures(
  incomplete: ReadonlyMap<string, Error | undefined>,
  held: readonly HeldDeletes[],
): void {
  const failed = [...incomplete].flatMap(([name, error]) => (error ? [{ name, error }] : []));
  const [first, ...others] = failed;
  if (!first) return;
  const also = others.length > 0 ? ` Other objects that failed: ${others.map(({ name }) => name).join(", ")}.` : "";
  const kept = held.length > 0 ? ` ${heldSentences(held)}` : "";
  throw new IncompleteReadError(`${first.name} could not be synced: ${describeError(first.error)}${also}${kept}`, {
    cause: first.error,
  });
}
