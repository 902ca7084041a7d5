import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceFile } from "../../sync/ports.ts";
import { createdBy, owner, type ChildSelection } from "../objects/standard-objects.ts";
import { latestTimestamp, toIsoTimestamp } from "../timestamps.ts";

// Files hang on records through ContentDocumentLink. That object can be queried as a child of its records by every user; on its own it
// demands a filter, or Query All Files. So each record brings its files along.

/**
 * The extensions of files whose text can be extracted: those that Elastic's connectors take, so that the same files are found.
 * Other files are not synced.
 */
const extractableExtensions =
  "txt py rst html markdown json xml csv md ppt rtf docx odt xls xlsx rb paper sh pptx pdf doc aspx xlsb xlsm tsv svg msg potx vsd vsdx vsdm".split(
    " ",
  );

/** The objects that must be readable for files to be synced. */
export const fileObjects = ["ContentDocumentLink", "ContentDocument", "ContentVersion"] as const;

/** A record's links to its files, with what is to be known of each. */
export const fileLinks: ChildSelection = {
  relationship: "ContentDocumentLinks",
  object: "ContentDocumentLink",
  fields: [],
  parents: [
    {
      relationship: "ContentDocument",
      object: "ContentDocument",
      fields: [
        "Id",
        "Title",
        "FileExtension",
        "ContentSize",
        "Description",
        "CreatedDate",
        "LastModifiedDate",
        "SystemModstamp",
      ],
      parents: [
        owner,
        createdBy,
        {
          relationship: "LatestPublishedVersion",
          object: "ContentVersion",
          fields: ["Id", "VersionDataUrl", "VersionNumber", "CreatedDate"],
        },
      ],
    },
  ],
  where: { field: "ContentDocument.FileExtension", isOneOf: extractableExtensions },
};

/** The files on a record, from the answer to `fileLinks`. */
export function linkedFiles(record: JsonObject): SourceFile[] {
  const links = record[fileLinks.relationship];
  if (!isJsonObject(links) || !Array.isArray(links["records"])) return [];
  return links["records"].flatMap((link) => linkedFile(link) ?? []);
}

/** The file of one link, from the answer to `fileLinks`. */
export function linkedFile(link: JsonValue): SourceFile | undefined {
  const document = isJsonObject(link) ? link["ContentDocument"] : undefined;
  return isJsonObject(document) && typeof document["Id"] === "string"
    ? toSourceFile(document["Id"], document)
    : undefined;
}

/** Whether a file is one of those that are synced. */
export function isSynced({ extension }: SourceFile): boolean {
  return extension !== null && extractableExtensions.includes(extension.toLowerCase());
}

function toSourceFile(id: string, document: JsonObject): SourceFile {
  const version = child(document, "LatestPublishedVersion");
  const extension = text(document["FileExtension"]);
  const title = text(document["Title"]) ?? id;
  return {
    id,
    name: extension === null ? title : `${title}.${extension}`,
    extension,
    size: typeof document["ContentSize"] === "number" ? document["ContentSize"] : null,
    description: text(document["Description"]),
    createdAt: toIsoTimestamp(document["CreatedDate"]),
    createdBy: text(child(document, "CreatedBy")["Name"]),
    createdByEmail: text(child(document, "CreatedBy")["Email"]),
    owner: text(child(document, "Owner")["Name"]),
    ownerEmail: text(child(document, "Owner")["Email"]),
    lastUpdated: toIsoTimestamp(document["LastModifiedDate"]),
    timestamp: latestTimestamp(document),
    versionId: text(version["Id"]),
    versionNumber: text(version["VersionNumber"]),
    versionUrl: text(version["VersionDataUrl"]),
  };
}

function child(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
