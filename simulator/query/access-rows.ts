import type { RecordAccess } from "../access/record-access.ts";
import { accessColumns } from "../schema/objects/user-record-access.ts";
import type { AccessQuestion } from "../soql/access-question.ts";
import type { OrgDatabase } from "../storage/org-database.ts";

interface AccessRowsParts {
  readonly database: OrgDatabase;
  readonly access: RecordAccess;
  /** "Records that the running user doesn't have read access to are filtered out of the results." */
  readonly asks: RecordAccess;
}

/** Replaces the rows of UserRecordAccess with the access to the queried records. */
export function writeAccessRows(
  { userId, recordIds }: AccessQuestion,
  { database, access, asks }: AccessRowsParts,
): void {
  const columns = accessColumns.map((name) => `"${name}"`).join(", ");
  database.transaction(() => {
    database.run(`DELETE FROM "UserRecordAccess"`);
    for (const recordId of recordIds) {
      if (asks.of(recordId)?.HasReadAccess !== true) continue;
      const answer = access.of(recordId);
      if (answer === undefined) continue;
      const values = accessColumns.map((name) => storedOf(answer[name]));
      database.run(
        `INSERT INTO "UserRecordAccess" ("Id", "UserId", "RecordId", ${columns}) VALUES (?, ?, ?${", ?".repeat(values.length)})`,
        [recordId, userId, recordId, ...values],
      );
    }
    database.touch("UserRecordAccess");
  });
}

/** The SQL value of one column. */
export function accessValue(access: RecordAccess, recordId: string, column: string): string | number | null {
  const name = accessColumns.find((candidate) => candidate === column);
  const answer = name === undefined ? undefined : access.of(recordId);
  return answer === undefined || name === undefined ? null : storedOf(answer[name]);
}

function storedOf(value: boolean | string): string | number {
  return typeof value === "boolean" ? Number(value) : value;
}
