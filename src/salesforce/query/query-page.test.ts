import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SalesforceResponseError } from "../errors.ts";
import { readPage } from "./query-page.ts";
import { textMember } from "./record-scanner.ts";

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

const mebibyte = 1_048_576;

/** The longest time without a turn of the event loop while the work runs, in milliseconds. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let [longest, before, running] = [0, threadMs(), true];
  const turn = (): void => {
    const now = threadMs();
    [longest, before] = [Math.max(longest, now - before), now];
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  return Math.max(longest, threadMs() - before);
}

/** Processor time, which other processes of a busy machine do not lengthen. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const pageOf = (...records: readonly string[]): Buffer =>
  Buffer.from(`{"totalSize":${records.length},"done":true,"records":[${records.join(",")}]}`);

describe("readPage", () => {
  it("gives the same records as JSON.parse, for any formatting", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(field.object, { maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(0, 2),
        async (records, done, spaces) => {
          const next = "/services/data/v62.0/query/0r8xx-2000";
          const body = JSON.stringify(
            { totalSize: 7, done, ...(done ? {} : { nextRecordsUrl: next }), records },
            undefined,
            spaces,
          );

          const page = await readPage(Buffer.from(body), mebibyte);

          expect(page.records.map((record) => JSON.parse(record.toString()) as unknown)).toEqual(
            withoutAttributes(records),
          );
          expect(page).toMatchObject({ totalSize: 7, next: done ? undefined : next });
        },
      ),
    );
  });

  it("reports a next page of children, if there is one", async () => {
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
        mebibyte,
      );

    expect((await page(true, child(true))).openChildren).toBe(false);
    expect((await page(false, child(true))).openChildren).toBe(false);
    expect((await page(true, child(false))).openChildren).toBe(true);
    expect((await page(false, child(false))).openChildren).toBe(true);
  });

  it("does not change numbers and characters", async () => {
    const record = '{"Id":"1","Amount":10.0,"Name":"\\u00fc\\/ü"}';

    const page = await readPage(pageOf(record), mebibyte);

    expect(page.records.map(String)).toEqual([record]);
  });

  it("accepts an empty result and the result of a count", async () => {
    expect(await readPage(pageOf(), mebibyte)).toEqual({
      totalSize: 0,
      next: undefined,
      records: [],
      tooLarge: [],
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
  ])("rejects an incomplete or different response: %s", async (body) => {
    await expect(readPage(Buffer.from(body), mebibyte)).rejects.toThrow(SyntaxError);
  });

  it("does not follow a next page to another host", async () => {
    const body = '{"totalSize":2,"done":false,"nextRecordsUrl":"https://evil.example/","records":[]}';

    await expect(readPage(Buffer.from(body), mebibyte)).rejects.toThrow(SyntaxError);
  });

  it("separates records above the limit, and removes the attributes of the others", async () => {
    const small = (id: string) => `{"attributes":{"type":"Account"},"Id":"${id}"}`;
    const large = `{"attributes":{"type":"Account"},"Id":"2","Children":{"records":[{"Id":"x"}]},"Text":"${'é\\"'.repeat(50)}"}`;

    const page = await readPage(pageOf(small("1"), large, small("3")), 200);

    expect(page.records.map(String)).toEqual(['{"Id":"1"}', '{"Id":"3"}']);
    expect(page.tooLarge.map(String)).toEqual([large]);
    expect(page.tooLarge.map((record) => textMember(record, "Id"))).toEqual(["2"]);
  });

  it.each([
    ["one long text", `"Text":"${"x".repeat(64 * mebibyte)}"`],
    ["many small values", `"Values":{${'"A":1,'.repeat(6 * mebibyte)}"B":2}`],
  ])("does not block the process with a record of %s above the limit", async (_, members) => {
    const body = pageOf(`{"Id":"1",${members}}`);

    const blockedMs = await longestBlock(() => readPage(body, mebibyte));

    expect(blockedMs).toBeLessThan(100);
  });

  it("does not parse a large page that cannot be split", async () => {
    const body = Buffer.from(`{ "totalSize": 1, "done": true, "records": [ { "Id": "${"x".repeat(2000)}" } ] }`);

    await expect(readPage(body, 1000)).rejects.toThrow(SalesforceResponseError);
    await expect(readPage(body, 1000)).rejects.toThrow(/larger than salesforce\.max_record_size/);
  });
});

describe("textMember", () => {
  it("finds a member of the record itself, not of a child or in a text", () => {
    const record = Buffer.from('{"Text":"\\"Id\\":\\"no\\"","Parent":{"Id":"no"},"Id":"yes"}');

    expect(textMember(record, "Id")).toBe("yes");
    expect(textMember(record, "Name")).toBeUndefined();
  });
});
