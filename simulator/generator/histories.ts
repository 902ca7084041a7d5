import { stages } from "../schema/objects/sales.ts";
import type { OrgBuilder } from "./org-builder.ts";

/** Writes the history of every tenth opportunity, case and project: a change of stage or status at the last modification of the record. */
export function writeHistories(org: OrgBuilder): void {
  const random = org.random("histories");
  const rows = (object: string, value: string) =>
    org.database.rows(
      `SELECT "Id", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "${value}" FROM "${object}" WHERE "_row" % 10 = 1 ORDER BY "_row"`,
    );
  const write = (
    table: string,
    { parentField, field, earlier }: { parentField: string; field: string; earlier: readonly string[] },
    [id, createdAt, createdBy, modifiedAt, modifiedBy, value]: readonly unknown[],
  ) => {
    const parent = { [parentField]: String(id), DataType: "DynamicEnum" };
    org.table(table).add({
      [parentField]: String(id),
      CreatedDate: Number(createdAt),
      CreatedById: String(createdBy),
      Field: "created",
      DataType: "Text",
    });
    org.table(table).add({
      ...parent,
      CreatedDate: Number(modifiedAt),
      CreatedById: String(modifiedBy),
      Field: field,
      OldValue: random.pick(earlier.filter((other) => other !== value)),
      NewValue: String(value),
    });
  };
  const stageNames = stages.map(({ name }) => name);
  for (const row of rows("Opportunity", "StageName"))
    write(
      "OpportunityFieldHistory",
      { parentField: "OpportunityId", field: "StageName", earlier: stageNames.slice(0, 8) },
      row,
    );
  for (const row of rows("Case", "Status"))
    write("CaseHistory", { parentField: "CaseId", field: "Status", earlier: ["New", "Working"] }, row);
  for (const row of rows("Project__c", "Status__c"))
    write("Project__History", { parentField: "ParentId", field: "Status__c", earlier: ["Draft", "Running"] }, row);
}
