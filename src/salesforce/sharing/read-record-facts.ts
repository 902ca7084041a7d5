import { z } from "zod";
import type { RecordFacts } from "../../access/record-facts.ts";
import type { ObjectFacts } from "../../access/sharing-facts.ts";
import type { RecordFactsReceiver } from "../../sync/access/ports.ts";
import { masterFieldsOf, type OrgDescription } from "../describe/org-description.ts";
import { fileLinkTable, fileTable, shareTable } from "./record-tables.ts";
import { flag, id, optionalId } from "./sharing-columns.ts";
import type { SharingTable, TableReader } from "./table-reader.ts";

const childrenOfAccounts = ["Contact", "Opportunity", "Case"];

type RecordRow = Omit<RecordFacts, "shares">;

/** The columns of an object's records that decide about access. */
function recordTable(
  object: string,
  masterFields: readonly string[],
): SharingTable<z.ZodObject<Record<string, z.ZodType>>, RecordRow> {
  const columns: Record<string, z.ZodType> = {
    Id: id,
    OwnerId: optionalId,
    ...(childrenOfAccounts.includes(object) && { AccountId: optionalId }),
    ...(object === "Opportunity" && { IsPrivate: flag }),
    ...Object.fromEntries(masterFields.map((field) => [field, optionalId])),
  };
  const idOf = (value: unknown): string | null | undefined =>
    typeof value === "string" || value === null ? value : undefined;
  return {
    object,
    permission: `View All on ${object}`,
    columns: z.object(columns),
    toRow: (row) => ({
      id: String(row["Id"]),
      object,
      ownerId: idOf(row["OwnerId"]),
      accountId: idOf(row["AccountId"]),
      isPrivate: typeof row["IsPrivate"] === "boolean" ? row["IsPrivate"] : undefined,
      masterIds: masterFields.map((field) => idOf(row[field])),
    }),
  };
}

/** Reads the facts of an object's records and of its share table. */
export async function readRecords(
  object: ObjectFacts,
  { tables, org, receiver }: { tables: TableReader; org: OrgDescription; receiver: RecordFactsReceiver },
): Promise<void> {
  const description = await org.describe(object.name);
  const masterFields = description === undefined ? [] : masterFieldsOf(description).map(({ name }) => name);
  // Records that arrived count even if others did not: those stay hidden.
  await tables.readPages(recordTable(object.name, masterFields), {}, (rows) => receiver.addRecords(rows));
  if (hasNoShares(object, org)) {
    receiver.sharesRead(object.name, "no share table");
    return;
  }
  const complete = await tables.readPages(shareTable(object.name), {}, (rows) => receiver.addShares(rows));
  if (complete) receiver.sharesRead(object.name, "complete");
}

/** Details, and objects that a parent controls or everybody may edit, have no share table. */
function hasNoShares(
  { name, masters = [], internalSharingModel: model = "" }: ObjectFacts,
  org: OrgDescription,
): boolean {
  if (masters.length > 0 || model === "ControlledByParent") return true;
  return org.find(shareTable(name).object) === undefined && /^(?:ReadWrite|FullAccess)/u.test(model ?? "");
}

export async function readFiles(tables: TableReader, receiver: RecordFactsReceiver): Promise<void> {
  await tables.readPages(fileTable, {}, (rows) => receiver.addFiles(rows));
  if (await tables.readPages(fileLinkTable, {}, (rows) => receiver.addLinks(rows))) receiver.linksRead();
}
