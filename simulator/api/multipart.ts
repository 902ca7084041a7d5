import { badRequest } from "../core/salesforce-error.ts";
import { isRecord } from "../http/message.ts";

/**
 * Parses a multipart body with the record as JSON and the bytes of a file ("Insert or Update Blob Data" of the REST API). The names of the
 * parts are arbitrary, so the parts are identified by their content types.
 */
export function parseMultipart(
  body: Buffer,
  contentType: string,
): { body: Record<string, unknown>; data: Buffer | undefined } {
  const boundary = /boundary=(?:"(?<quoted>[^"]+)"|(?<plain>[^;\s]+))/iu.exec(contentType)?.groups;
  const mark = boundary?.["quoted"] ?? boundary?.["plain"];
  if (mark === undefined) throw badRequest("INVALID_MULTIPART_REQUEST", "The multipart body has no boundary.");
  let record: Record<string, unknown> | undefined;
  let data: Buffer | undefined;
  for (const { headers, content } of partsOf(body, Buffer.from(`--${mark}`))) {
    if (record === undefined && /application\/json/iu.test(headers)) record = recordOf(content);
    else data = content;
  }
  if (record === undefined) throw badRequest("INVALID_MULTIPART_REQUEST", "The multipart body has no part of JSON.");
  return { body: record, data };
}

function* partsOf(body: Buffer, mark: Buffer): Generator<{ headers: string; content: Buffer }> {
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length + 2;
    const next = body.indexOf(mark, from);
    if (next < 0) return;
    const part = body.subarray(from, next - 2);
    const blank = part.indexOf("\r\n\r\n");
    if (blank >= 0) yield { headers: part.subarray(0, blank).toString("latin1"), content: part.subarray(blank + 4) };
    start = next;
  }
}

function recordOf(content: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content.toString("utf8"));
    if (isRecord(value)) return value;
  } catch {
    // Throws below.
  }
  throw badRequest("JSON_PARSER_ERROR", "The JSON part of the multipart body is not an object.");
}
