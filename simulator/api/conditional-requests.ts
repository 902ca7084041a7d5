import { createHash } from "node:crypto";
import { SalesforceError } from "../core/salesforce-error.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext } from "./api-context.ts";
import { checkRecord, recordJson } from "./record-json.ts";

// "Conditional Request Headers" of the REST API. Only accounts have an ETag.

interface RecordVersion {
  readonly etag: string | undefined;
  /** In milliseconds. Undefined if the object has no LastModifiedDate. */
  readonly modifiedAt: number | undefined;
}

function versionOf(object: ObjectDefinition, id: string, context: ApiContext): RecordVersion {
  checkRecord(object, id, context);
  const row = object.fieldsByName.has("lastmodifieddate")
    ? context.org.database.row(`SELECT "LastModifiedDate" FROM "${object.name}" WHERE "Id" = ?`, [id])
    : undefined;
  const modifiedAt = typeof row?.[0] === "number" ? row[0] : undefined;
  if (object.name !== "Account") return { etag: undefined, modifiedAt };
  const hash = createHash("sha1").update(recordJson(object, id, { fields: null, context }));
  return { etag: `"${hash.digest("base64")}"`, modifiedAt };
}

/** The response to a read, or a 304 if the client already has this version. Throws a 412 if a precondition fails. */
export function conditionalRead(
  request: HttpRequest,
  { object, id, context }: { object: ObjectDefinition; id: string; context: ApiContext },
  answer: () => HttpResponse,
): HttpResponse {
  const version = versionOf(object, id, context);
  checkPreconditions(request, version);
  const headers = {
    ...(version.etag === undefined ? {} : { etag: version.etag }),
    ...(version.modifiedAt === undefined ? {} : { "last-modified": new Date(version.modifiedAt).toUTCString() }),
  };
  return isKnown(request, version) ? { status: 304, headers } : { ...answer(), headers };
}

/** Throws a 412 if the record has changed since the client read it. */
export function checkUnchanged(
  request: HttpRequest,
  { object, id, context }: { object: ObjectDefinition; id: string; context: ApiContext },
): void {
  if (["if-match", "if-none-match", "if-unmodified-since"].every((name) => request.headers[name] === undefined)) return;
  const version = versionOf(object, id, context);
  checkPreconditions(request, version);
  if (version.etag !== undefined && matches(request.headers["if-none-match"], version.etag)) throw preconditionFailed();
}

function checkPreconditions({ headers }: HttpRequest, { etag, modifiedAt }: RecordVersion): void {
  const wanted = headers["if-match"];
  if (wanted !== undefined && etag !== undefined && !matches(wanted, etag)) throw preconditionFailed();
  if (modifiedAt !== undefined && modifiedAt > Date.parse(headers["if-unmodified-since"] ?? "")) {
    throw preconditionFailed();
  }
}

/** If-None-Match takes precedence over If-Modified-Since (RFC 9110). */
function isKnown({ headers }: HttpRequest, { etag, modifiedAt }: RecordVersion): boolean {
  const known = headers["if-none-match"];
  if (known !== undefined && etag !== undefined) return matches(known, etag);
  return modifiedAt !== undefined && modifiedAt <= Date.parse(headers["if-modified-since"] ?? "");
}

function matches(list: string | undefined, etag: string): boolean {
  const tags = (list ?? "").split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.includes(etag);
}

function preconditionFailed(): SalesforceError {
  return new SalesforceError(
    412,
    "PRECONDITION_FAILED",
    "The request was not executed because a precondition in its headers is not satisfied.",
  );
}
