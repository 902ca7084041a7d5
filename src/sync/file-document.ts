import type { JsonObject } from "../core/json.ts";
import type { LinkedFile } from "./linked-files.ts";
import type { FieldSchema } from "./ports.ts";

/** The object type of files' documents. */
export const fileObjectType = "ContentDocument";

/** The name in a report under which documents of an object type are counted. */
export const countsName = (objectType: string): string => (objectType === fileObjectType ? "files" : objectType);

/** Every file's document has every one of these fields, so that an update can clear a value. */
export const fileSchema: readonly FieldSchema[] = [
  { name: "type", kind: "keyword" },
  { name: "content_size", kind: "long" },
  { name: "created_at", kind: "date" },
  { name: "created_by", kind: "text" },
  { name: "created_by_email", kind: "text" },
  { name: "description", kind: "text" },
  { name: "file_extension", kind: "keyword" },
  { name: "last_updated", kind: "date" },
  { name: "owner", kind: "text" },
  { name: "owner_email", kind: "text" },
  { name: "related_ids", kind: "keyword" },
  { name: "version_number", kind: "keyword" },
  { name: "version_url", kind: "keyword" },
  { name: "body", kind: "text" },
];

export interface FileDocument extends JsonObject {
  id: string;
}

/** Builds the document of a file, without its text. */
export function toFileDocument({ file, relatedIds }: LinkedFile, url: string): FileDocument {
  return {
    id: file.id,
    object_type: fileObjectType,
    type: "content_document",
    title: file.name,
    url,
    _timestamp: file.timestamp,
    content_size: file.size,
    created_at: file.createdAt,
    created_by: file.createdBy,
    created_by_email: file.createdByEmail,
    description: file.description,
    file_extension: file.extension,
    last_updated: file.lastUpdated,
    owner: file.owner,
    owner_email: file.ownerEmail,
    related_ids: [...relatedIds],
    version_number: file.versionNumber,
    version_url: file.versionUrl,
    _version_id: file.versionId,
  };
}
