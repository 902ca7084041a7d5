import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import type { SalesforceHttp } from "../../../src/salesforce/client/http.ts";
import { SalesforceSource } from "../../../src/salesforce/salesforce-source.ts";
import type { ReadingWindow, SourcePlan, SourceRecord } from "../../../src/sync/ports.ts";
import { salesforceClient } from "../../support/salesforce.ts";

const never = new AbortController().signal;
let simulator: RunningSimulator;
const transports: SalesforceHttp[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
});

afterAll(async () => {
  await Promise.all(transports.map((http) => http[Symbol.asyncDispose]()));
  await simulator.stop();
});

interface Reading {
  records: Map<string, SourceRecord>;
  refused: { id: string; reason: string }[];
  total: number;
  paths: Record<string, number>;
}

interface ReadingLimits {
  maxUriBytes?: number;
  maxRecordBytes?: number;
  window?: ReadingWindow;
}

async function readAll(
  object: string,
  { maxUriBytes, maxRecordBytes, window = "everything" }: ReadingLimits = {},
): Promise<Reading> {
  const opened = salesforceClient(simulator.url, maxRecordBytes === undefined ? {} : { maxRecordBytes });
  transports.push(opened.http);
  await fetch(`${simulator.url}/__simulator/calls`, { method: "DELETE" });
  const source = new SalesforceSource({
    client: opened.client,
    baseUrl: simulator.url,
    configuration: { standardObjects: ["Case"], customObjects: "all", documentLevelSecurity: false, syncFiles: true },
    log: silentLogger,
    ...(maxUriBytes === undefined ? {} : { maxUriBytes }),
  });
  const plan = await source.plan(new Set(), never);
  const records = new Map<string, SourceRecord>();
  const refused: Reading["refused"] = [];
  let total = 0;
  for await (const page of plan.objects.find(({ name }) => name === object)?.pages(window, never) ?? []) {
    for (const record of page.records) records.set(record.id, record);
    refused.push(...(page.refused ?? []));
    total = page.total;
  }
  const { endpoints } = (await (await fetch(`${simulator.url}/__simulator/calls`)).json()) as {
    endpoints: Record<string, { count: number }>;
  };
  return {
    records,
    refused,
    total,
    paths: Object.fromEntries(Object.entries(endpoints).map(([name, { count }]) => [name, count])),
  };
}

const fieldsOf = (record: SourceRecord | undefined): Record<string, unknown> =>
  JSON.parse(String(record?.json ?? "{}")) as Record<string, unknown>;

describe("an object with more fields than fit into a URI", () => {
  it("is read completely: the other fields by the ids of the records", async () => {
    const whole = await readAll("Survey_Response__c");
    const split = await readAll("Survey_Response__c", { maxUriBytes: 3000 });

    expect([...split.records.values()].map(fieldsOf)).toEqual([...whole.records.values()].map(fieldsOf));
    expect(Object.keys(fieldsOf([...whole.records.values()][0])).length).toBeGreaterThanOrEqual(200);
    expect(Object.keys(whole.paths).filter((path) => path.includes("composite"))).toEqual([]);
    expect(Object.keys(split.paths).filter((path) => path.includes("composite"))).toHaveLength(1);
  });
});

describe("a record above the limit", () => {
  it("is refused by its id, with its children counted, and the others are read", async () => {
    const whole = await readAll("Case");
    const bySize = [...whole.records.values()].sort((one, other) => one.json.length - other.json.length);
    const limit = bySize[Math.floor(bySize.length / 2)]?.json.length ?? 0;

    const limited = await readAll("Case", { maxRecordBytes: limit + 200 });

    const ids = new Set([...limited.records.keys(), ...limited.refused.map(({ id }) => id)]);
    expect(limited.refused.length).toBeGreaterThan(1);
    expect(limited.records.size).toBeGreaterThan(1);
    expect(ids).toEqual(new Set(whole.records.keys()));
    expect(limited.records.size + limited.refused.length).toBe(limited.total);
    expect([...limited.records.values()].filter(({ json }) => json.length > limit + 200)).toEqual([]);
    expect(new Set(limited.refused.map(({ reason }) => reason))).toEqual(
      new Set(["the record is larger than salesforce.max_record_size"]),
    );
  });
});

describe("a reading window", () => {
  it("limits the records to those that changed in it, its start included and its end not", async () => {
    const all = [...(await readAll("Case")).records.values()].map(fieldsOf);
    const stamps = all
      .map(({ SystemModstamp }) => Date.parse(String(SystemModstamp)))
      .sort((one, other) => one - other);
    const [from = 0, to = 0] = [stamps[Math.floor(stamps.length / 4)], stamps[Math.floor(stamps.length / 2)]];

    const { records } = await readAll("Case", {
      window: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    });

    const expected = stamps.filter((stamp) => stamp >= from && stamp < to).length;
    expect(expected).toBeGreaterThan(1);
    expect(expected).toBeLessThan(all.length);
    expect(records.size).toBe(expected);
  });
});

describe("children that are queried by their parents' ids", () => {
  it("are found for every parent, in several queries for many ids", async () => {
    const few = await readAll("Case");
    const many = await readAll("Case", { maxUriBytes: 3000 });

    expect(many.records).toEqual(few.records);
    expect(many.paths["GET query"]).toBeGreaterThan(few.paths["GET query"] ?? Infinity);
    expect(
      [...few.records.values()].filter((record) => Array.isArray(fieldsOf(record)["Feeds"])).length,
    ).toBeGreaterThan(0);
  });
});

describe("describing the org", () => {
  it("requests each object once", async () => {
    const { paths } = await readAll("Case");

    // Case, its users, children, files, and the four custom objects.
    expect(paths["GET sobjects"]).toBe(1);
    expect(paths["GET sobjects/:name/describe"]).toBeLessThanOrEqual(13);
  });
});

/** The list of all objects without some. */
function withoutObjects(body: Buffer, hidden: readonly string[]): Buffer {
  const answer = JSON.parse(body.toString()) as { sobjects: { name: string }[] };
  const sobjects = answer.sobjects.filter(({ name }) => !hidden.includes(name));
  return Buffer.from(JSON.stringify({ ...answer, sobjects }));
}

describe("files", () => {
  /** A plan for accounts in an org with some objects hidden. */
  async function planAccounts(syncFiles: boolean, hidden: readonly string[] = []): Promise<SourcePlan> {
    const opened = salesforceClient(simulator.url);
    transports.push(opened.http);
    const { client } = opened;
    const read = client.read.bind(client);
    client.read = (request, signal, parse) =>
      read(request, signal, (body) => parse(request.path.endsWith("/sobjects") ? withoutObjects(body, hidden) : body));
    const configuration = {
      standardObjects: ["Account"],
      customObjects: [],
      documentLevelSecurity: false,
      syncFiles,
    } as const;
    return new SalesforceSource({ client, baseUrl: simulator.url, configuration, log: silentLogger }).plan(
      new Set(),
      never,
    );
  }

  async function filesAndFields(plan: SourcePlan): Promise<{ files: number; fields: Set<string> }> {
    const [accounts] = plan.objects;
    const records: SourceRecord[] = [];
    for await (const page of accounts?.pages("everything", never) ?? []) records.push(...page.records);
    return {
      files: records.flatMap(({ files }) => files).length,
      fields: new Set(records.flatMap((record) => Object.keys(fieldsOf(record)))),
    };
  }

  it("come with their records if they are switched on", async () => {
    const plan = await planAccounts(true);
    const { files, fields } = await filesAndFields(plan);

    expect(plan).toMatchObject({ files: true, unreadable: [], warnings: [] });
    expect(files).toBeGreaterThan(0);
    expect(fields).toContain("ContentDocumentLinks");
  });

  it("are neither planned nor requested if they are switched off, without a warning about indexed files", async () => {
    const plan = await planAccounts(false, ["ContentVersion"]);
    const { files, fields } = await filesAndFields(plan);

    expect(plan).toMatchObject({ files: false, unreadable: [], warnings: [] });
    expect(files).toBe(0);
    expect(fields).not.toContain("ContentDocumentLinks");
    expect(fields).toContain("Name");
  });

  it("are unreadable if they are switched on and hidden from the user", async () => {
    const plan = await planAccounts(true, ["ContentVersion"]);

    const reason = "the integration user cannot read ContentVersion";
    expect(plan).toMatchObject({ files: false, unreadable: [{ name: "ContentDocument", reason }] });
    expect(plan.warnings).toEqual([`Files are skipped: ${reason}. Indexed files stay in the index.`]);
  });
});
