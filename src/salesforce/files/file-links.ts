import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceFile } from "../../sync/ports.ts";
import { createdBy, owner, type ChildSelection } from "../objects/standard-objects.ts";
import { latestTimestamp, toIsoTimestamp } from "../timestamps.ts";

// ContentDocumentLink attaches files to records. Every user can query it as a child of records; a query on the object itself requires a
// filter or the permission Query All Files. So the query for records also selects their files.

/**
 * The file extensions that are synced. They are those of Elastic's connectors, so that a replaced connector finds the same files.
 */
const extractableExtensions =
  "txt py rst html markdown json xml csv md ppt rtf docx odt xls xlsx rb paper sh pptx pdf doc aspx xlsb xlsm tsv svg msg potx vsd vsdx vsdm".split(
    " ",
  );

/** The objects that must be readable for files to be synced. */
export const fileObjects = ["ContentDocumentLink", "ContentDocument", "ContentVersion"] as const;

/** The links of a record, with the metadata of their files. */
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

/** Reads the files of a record that was queried with `fileLinks`. */
export function linkedFiles(record: JsonObject): SourceFile[] {
  const links = record[fileLinks.relationship];
  if (!isJsonObject(links) || !Array.isArray(links["records"])) return [];
  return links["records"].flatMap((link) => linkedFile(link) ?? []);
}

/** Reads the file of one link. */
export function linkedFile(link: JsonValue): SourceFile | undefined {
  const document = isJsonObject(link) ? link["ContentDocument"] : undefined;
  return isJsonObject(document) && typeof document["Id"] === "string"
    ? toSourceFile(document["Id"], document)
    : undefined;
}

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
