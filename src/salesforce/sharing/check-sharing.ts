import type { z } from "zod";
import { failedCheck, type CheckResult } from "../../core/check-result.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { OrgDescription } from "../describe/org-description.ts";
import { fileLinkTable, fileTable } from "./record-tables.ts";
import { entityTable, restrictionRuleTable, sharingTables } from "./sharing-tables.ts";
import { type SharingTable, TableReader } from "./table-reader.ts";

const name = "Salesforce sharing";

const allTables = Object.values(sharingTables) as readonly SharingTable<z.ZodObject, unknown>[];

/** Hidden from users if a table cannot be read. */
const hidden: Readonly<Record<string, string>> = {
  User: "everything",
  UserLogin: "nothing: frozen users keep access, unless salesforce.hide_from_possibly_frozen is set",
  UserRole: "records that superiors see by the role hierarchy",
  Group: "records shared with groups, roles, territories and queues",
  GroupMember: "records shared with groups and queues",
  Territory2: "records shared with territories",
  Territory2Model: "records shared with territories",
  UserTerritory2Association: "records shared with territories",
  PermissionSet: "everything",
  PermissionSetAssignment: "everything",
  ObjectPermissions: "everything",
  EntityDefinition: "everything",
  MutingPermissionSet: "objects and fields that permission set groups with muting allow",
  PermissionSetGroup: "objects and fields that permission set groups allow",
  PermissionSetGroupComponent: "objects and fields that permission set groups allow",
  FieldPermissions: "all fields that need a permission",
  RestrictionRule: "records of custom objects, except from holders of View All",
  ContentDocument: "files",
  ContentDocumentLink: "files",
};

/** Checks with one row of each table whether document-level security can be decided record by record. Changes nothing. */
export async function checkSharing(client: SalesforceClient, signal: AbortSignal): Promise<CheckResult[]> {
  try {
    const org = await OrgDescription.create(client, signal);
    const tables = new TableReader({ client, org, signal });
    const single = { limit: 1 };
    for (const table of allTables) await tables.read(table, single);
    await tables.read(entityTable, { where: { field: "QualifiedApiName", isOneOf: ["Account"] }, undescribed: true });
    await tables.read(restrictionRuleTable, {
      resource: client.resource("tooling/query"),
      undescribed: true,
      ...single,
    });
    await tables.read(fileTable, single);
    await tables.read(fileLinkTable, single);
    if (tables.unread.length === 0)
      return [{ name, outcome: "ok", found: "can read who may see which record and file" }];
    return tables.unread.map(({ object, reason, permission }) => ({
      name,
      outcome: "warning",
      found: `cannot read ${object}: ${reason}`,
      expected: permission,
      hint: `Give the integration user this permission. Hidden without it: ${hidden[object] ?? "records and files that depend on it"}.`,
    }));
  } catch (error) {
    return [failedCheck(name, error)];
  }
}
