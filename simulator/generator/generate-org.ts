import type { Schema } from "../schema/schema.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { createIndexes, createTables } from "../storage/tables.ts";
import { writeCustomers } from "./accounts.ts";
import { writeAttachments } from "./attachments.ts";
import { writeCases } from "./cases.ts";
import { writeCustomAndActivities } from "./custom.ts";
import { writeFiles } from "./files.ts";
import { writeGroups } from "./groups.ts";
import { writeHistories } from "./histories.ts";
import { writeLicenses } from "./licenses.ts";
import { writeListViews } from "./list-views.ts";
import { OrgBuilder } from "./org-builder.ts";
import { countsFor } from "./org-size.ts";
import { writePeople } from "./people.ts";
import { writePermissions } from "./permissions.ts";
import { writePortalRoles } from "./portal-roles.ts";
import { writePricing } from "./pricing.ts";
import { writeSales } from "./sales.ts";
import { writeSetup } from "./setup.ts";
import { writeDerivedShares, writeShares } from "./shares.ts";

/** Fills an empty database. The same seed and number of records give the same org. */
export function generateOrg(
  database: OrgDatabase,
  schema: Schema,
  { records, seed }: { records: number; seed: string },
): void {
  for (const statement of createTables(schema)) database.exec(statement);
  const org = new OrgBuilder(database, schema, { counts: countsFor(records), seed });
  database.transaction(() => {
    const recordTypes = writeSetup(org);
    const people = writePeople(org);
    writePermissions(org, people);
    const groups = writeGroups(org, people);
    const customers = writeCustomers(org, people, recordTypes);
    writePortalRoles(org);
    writeSales(org, people, { customers, groups });
    writeCases(org, people, { customers, groups });
    writeCustomAndActivities(org, people, customers);
    writeFiles(org, people, { customers, groups });
    writeShares(org, people, groups);
    writePricing(org);
    writeAttachments(org, people);
    writeHistories(org);
    writeLicenses(org, groups);
    writeListViews(org);
  });
  for (const statement of createIndexes(schema)) database.exec(statement);
  database.transaction(() => writeDerivedShares(org));
}
