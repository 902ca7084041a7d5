import { hash } from "node:crypto";
import type { AccessFields, PartList } from "../../access/document-access.ts";
import type { JsonObject } from "../../core/json.ts";

/** The fields of a document that say who may see it. */
export const accessFieldNames = {
  allow: "_allow_access_control",
  first: "_allow_access_control_first",
  second: "_allow_access_control_second",
  hash: "_access_hash",
} as const;

/** The access fields of one document, ready to be written. */
export interface AccessOfDocument {
  /** Identifies the tokens; stored with the document, apart from its fingerprint. */
  readonly hash: string;
  /** For a new document. */
  readonly fields: JsonObject;
  /** For a document that exists: fields that it must not have are null. */
  readonly update: JsonObject;
}

/** Characters of a hash: 96 bits. */
const hashLength = 16;

/** `tokens` writes a list as the tokens of a field, never empty. */
export function toAccessFields(
  { allow, first, second }: AccessFields,
  tokens: (lists: readonly PartList[]) => string[],
): string {
  const write = (lists: readonly PartList[]): string[] => tokens(lists).sort();
  return JSON.stringify({
    [accessFieldNames.allow]: write(allow),
    ...(first && { [accessFieldNames.first]: write(first) }),
    ...(second && { [accessFieldNames.second]: write(second) }),
  });
}

/** Makes the fields of a document from the JSON of its lists. */
export function accessOfDocument(json: string): AccessOfDocument {
  const print = hash("sha256", json, "base64url").slice(0, hashLength);
  const fields: JsonObject = { ...(JSON.parse(json) as JsonObject), [accessFieldNames.hash]: print };
  const cleared = { [accessFieldNames.first]: null, [accessFieldNames.second]: null };
  return { hash: print, fields, update: { ...cleared, ...fields } };
}
