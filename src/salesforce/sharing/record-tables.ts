import { z } from "zod";
import type { FileFacts, FileLinkFacts, ShareFacts } from "../../access/record-facts.ts";
import { id, optionalId, text } from "./sharing-columns.ts";
import type { SharingTable } from "./table-reader.ts";

// The tables with one or more rows for each record or file. They are read page by page, since they may have millions of rows.

/** A share row and the record that it opens. */
export interface RecordShare {
  readonly recordId: string;
  readonly share: ShareFacts;
}

/** `Invoice__c` has `Invoice__Share`, with general names; `Account` has `AccountShare`, with names of its own. */
function shareTableNames(object: string): { readonly name: string; readonly record: string; readonly level: string } {
  if (object.endsWith("__c")) return { name: `${object.slice(0, -1)}Share`, record: "ParentId", level: "AccessLevel" };
  return { name: `${object}Share`, record: `${object}Id`, level: `${object}AccessLevel` };
}

const shareColumns = { UserOrGroupId: id, RowCause: text };
const childLevels = { ContactAccessLevel: text, OpportunityAccessLevel: text, CaseAccessLevel: text };

/**
 * The share table of an object. It does not exist for details, for objects whose records everybody may edit, and while a parent controls the
 * object.
 */
export function shareTable(object: string): SharingTable<z.ZodObject, RecordShare> {
  const { name, record, level } = shareTableNames(object);
  const ofChildren = object === "Account" ? childLevels : {};
  return {
    object: name,
    permission: `View All on ${object}`,
    columns: z.object({ ...ofChildren, ...shareColumns, [level]: text, [record]: id }),
    toRow: (row) => ({
      recordId: String(row[record]),
      share: {
        userOrGroupId: String(row["UserOrGroupId"]),
        rowCause: textOf(row["RowCause"]),
        accessLevel: textOf(row[level]),
        ...(object === "Account" && {
          contactAccessLevel: textOf(row["ContactAccessLevel"]),
          opportunityAccessLevel: textOf(row["OpportunityAccessLevel"]),
          caseAccessLevel: textOf(row["CaseAccessLevel"]),
        }),
      },
    }),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const fileColumns = z.object({ Id: id, OwnerId: optionalId, SharingPrivacy: text });

/** The files, without their links. */
export const fileTable: SharingTable<typeof fileColumns, FileFacts> = {
  object: "ContentDocument",
  permission: "Query All Files",
  columns: fileColumns,
  toRow: (row) => ({ id: row.Id, ownerId: row.OwnerId, sharingPrivacy: row.SharingPrivacy }),
};

/** A link and the file that it shares. */
export interface FileLink {
  readonly fileId: string;
  readonly link: FileLinkFacts;
}

const linkColumns = z.object({ ContentDocumentId: id, LinkedEntityId: id, Visibility: text });

/** Only users with Query All Files may read it without a filter, from API version 59 on. */
export const fileLinkTable: SharingTable<typeof linkColumns, FileLink> = {
  object: "ContentDocumentLink",
  permission: "Query All Files",
  columns: linkColumns,
  toRow: (row) => ({
    fileId: row.ContentDocumentId,
    link: { linkedEntityId: row.LinkedEntityId, visibility: row.Visibility },
  }),
};
