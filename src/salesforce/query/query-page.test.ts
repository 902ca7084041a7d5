import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPage } from "./query-page.ts";

const attributes = (type: string) => ({ type, url: `/services/data/v62.0/sobjects/${type}/1` });

/** A record of any depth, in Salesforce's form: attributes first, at every level. */
const field = fc.letrec<{ value: unknown; object: object; children: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(null, true, false, 0, -1.5, 1e21, '"attributes":{"type":"x"}', '\\"', "}],[{", '"records":['),
    tie("object"),
    tie("children"),
  ),
  object: fc
    .dictionary(fc.stringMatching(/^[A-Z][a-z]{0,3}$/), tie("value"), { maxKeys: 4 })
    .map((fields) => ({ attributes: attributes("Account"), ...fields })),
  children: fc
    .array(tie("object"), { maxLength: 3 })
    .map((records) => ({ totalSize: records.length, done: true, records })),
}));

function withoutAttributes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAttributes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "attributes")
      .map(([name, item]) => [name, withoutAttributes(item)]),
  );
}

describe("readPage", () => {
  it("gives the same records as JSON.parse, for any formatting", () => {
    fc.assert(
      fc.property(
        fc.array(field.object, { maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(0, 2),
        (records, done, spaces) => {
          const next = "/services/data/v62.0/query/0r8xx-2000";
          const body = JSON.stringify(
            { totalSize: 7, done, ...(done ? {} : { nextRecordsUrl: next }), records },
            undefined,
            spaces,
          );

          const page = readPage(Buffer.from(body));

          expect(page.records.map((record) => JSON.parse(record.toString()) as unknown)).toEqual(
            withoutAttributes(records),
          );
          expect(page).toMatchObject({ totalSize: 7, next: done ? undefined : next });
        },
      ),
    );
  });

  it("reports a next page of children, if there is one", () => {
    const child = (done: boolean) => ({
      totalSize: 3,
      done,
      ...(done ? {} : { nextRecordsUrl: "/services/data/v62.0/query/0r8yy-2" }),
      records: [{ Id: "1" }],
    });
    const page = (done: boolean, children: object) =>
      readPage(
        Buffer.from(
          JSON.stringify({
            totalSize: 1,
            done,
            ...(done ? {} : { nextRecordsUrl: "/services/data/v62.0/query/0r8xx-1" }),
            records: [{ Id: "1", Contacts: children }],
          }),
        ),
      );

    expect(page(true, child(true)).openChildren).toBe(false);
    expect(page(false, child(true)).openChildren).toBe(false);
    expect(page(true, child(false)).openChildren).toBe(true);
    expect(page(false, child(false)).openChildren).toBe(true);
  });

  it("does not change numbers and characters", () => {
    const record = '{"Id":"1","Amount":10.0,"Name":"\\u00fc\\/ü"}';

    const page = readPage(Buffer.from(`{"totalSize":1,"done":true,"records":[${record}]}`));

    expect(page.records.map(String)).toEqual([record]);
  });

  it("accepts an empty result and the result of a count", () => {
    expect(readPage(Buffer.from('{"totalSize":0,"done":true,"records":[]}'))).toEqual({
      totalSize: 0,
      next: undefined,
      records: [],
      openChildren: false,
    });
  });

  it.each([
    '{"totalSize":2,"done":true,"records":[{"Id":"1"},{"Id":',
    '{"totalSize":2,"done":true,"records":[{"Id":"1"}',
    '{"totalSize":2,"done":true,"records":[{"Id":"un',
    '{"totalSize":2',
    "[]",
    "<html>",
  ])("rejects an incomplete or different response: %s", (body) => {
    expect(() => readPage(Buffer.from(body))).toThrow(SyntaxError);
  });

  it("does not follow a next page to another host", () => {
    expect(() =>
      readPage(Buffer.from('{"totalSize":2,"done":false,"nextRecordsUrl":"https://evil.example/","records":[]}')),
    ).toThrow(SyntaxError);
  });
});
