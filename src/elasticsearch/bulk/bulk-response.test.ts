import { describe, expect, it } from "vitest";
import type { WriteOperation } from "../../sync/ports.ts";
import { withoutValues } from "../errors.ts";
import { readBulkResponse } from "./bulk-response.ts";

type Kind = WriteOperation["kind"];

const resultOf = (kind: Kind, item: unknown) =>
  readBulkResponse({ errors: true, items: [{ [kind]: item }] }, [{ kind }])?.[0];

describe("readBulkResponse", () => {
  it("counts created, replaced, changed and deleted documents as written, and deletes of missing ones", () => {
    expect(resultOf("index", { status: 201 })).toEqual({ kind: "written" });
    expect(resultOf("update", { status: 200 })).toEqual({ kind: "written" });
    expect(resultOf("delete", { status: 404 })).toEqual({ kind: "written" });
  });

  it.each([429, 503, 409])("retries the same items after %d", (status) => {
    expect(resultOf("index", { status, error: { type: "any", reason: "any" } })).toEqual({ kind: "overloaded" });
  });

  it.each([
    [404, "index_not_found_exception", "no such index [search]"],
    [
      400,
      "document_parsing_exception",
      "[1:9] Can't find dynamic template for dynamic template name [salesforce-connector-index-gone] of field [_fingerprint]",
    ],
  ])("recognizes by %d %s that the index was deleted", (status, type, reason) => {
    expect(resultOf("index", { status, error: { type, reason } })).toEqual({ kind: "index_gone" });
  });

  it("names the reason of a refused document", () => {
    expect(
      resultOf("index", {
        status: 400,
        error: { type: "document_parsing_exception", reason: "failed to parse field [X]" },
      }),
    ).toEqual({
      kind: "refused",
      reason: "document_parsing_exception: failed to parse field [X]",
    });
    expect(resultOf("update", { status: 404, error: { type: "document_missing_exception" } })?.kind).toBe("refused");
  });

  it("reports a missing privilege or license with Elasticsearch's reason", () => {
    const error = { type: "security_exception", reason: "action [x] is unauthorized" };

    expect(resultOf("index", { status: 403, error })).toEqual({ kind: "denied", reason: error.reason });
    expect(resultOf("index", { status: 403, error: { ...error, "license.expired.feature": "x" } })).toEqual({
      kind: "denied",
      reason: error.reason,
      unlicensed: "x",
    });
  });

  it("rejects a response with other items than the request", () => {
    expect(readBulkResponse({ errors: false, items: [] }, [{ kind: "index" }])).toBeUndefined();
    expect(readBulkResponse("<html>", [{ kind: "index" }])).toBeUndefined();
  });
});

describe("withoutValues", () => {
  it("drops the values that Elasticsearch quotes from a document", () => {
    const reason =
      "document_parsing_exception: [1:52] failed to parse field [Amount] of type [long] in document with id '001'. Preview of field's value: 'Jane Doe'";

    expect(withoutValues(reason)).toBe(
      "document_parsing_exception: [1:52] failed to parse field [Amount] of type [long] in document with id '001'.",
    );
  });
});
