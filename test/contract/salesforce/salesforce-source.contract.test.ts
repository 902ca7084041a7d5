import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import type { SalesforceTransport } from "../../../src/salesforce/client/transport.ts";
import { SalesforceSource } from "../../../src/salesforce/salesforce-source.ts";
import type { SourceRecord } from "../../../src/sync/ports.ts";
import { salesforceClient } from "../../support/salesforce.ts";

const never = new AbortController().signal;
let simulator: RunningSimulator;
let transport: SalesforceTransport;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
});

afterAll(async () => {
  await transport.close();
  await simulator.stop();
});

async function readAll(
  object: string,
  maxUriBytes?: number,
): Promise<{ records: Map<string, SourceRecord>; paths: Record<string, number> }> {
  const opened = salesforceClient(simulator.url);
  transport = opened.transport;
  await fetch(`${simulator.url}/__simulator/calls`, { method: "DELETE" });
  const source = new SalesforceSource({
    client: opened.client,
    baseUrl: simulator.url,
    configuration: { standardObjects: ["Case"], customObjects: "all" },
    log: silentLogger,
    ...(maxUriBytes === undefined ? {} : { maxUriBytes }),
  });
  const plan = await source.plan(new Set(), never);
  const records = new Map<string, SourceRecord>();
  for await (const page of plan.objects.find(({ name }) => name === object)?.pages(never) ?? []) {
    for (const record of page.records) records.set(record.id, record);
  }
  const { endpoints } = (await (await fetch(`${simulator.url}/__simulator/calls`)).json()) as {
    endpoints: Record<string, { count: number }>;
  };
  return { records, paths: Object.fromEntries(Object.entries(endpoints).map(([name, { count }]) => [name, count])) };
}

const fieldsOf = (record: SourceRecord | undefined): Record<string, unknown> =>
  JSON.parse(String(record?.json ?? "{}")) as Record<string, unknown>;

describe("an object with more fields than fit into a URI", () => {
  it("is read whole: the rest of the fields by the records' ids", async () => {
    const whole = await readAll("Survey_Response__c");
    const split = await readAll("Survey_Response__c", 3000);

    expect([...split.records.values()].map(fieldsOf)).toEqual([...whole.records.values()].map(fieldsOf));
    expect(Object.keys(fieldsOf([...whole.records.values()][0])).length).toBeGreaterThanOrEqual(200);
    expect(Object.keys(whole.paths).filter((path) => path.includes("composite"))).toEqual([]);
    expect(Object.keys(split.paths).filter((path) => path.includes("composite"))).toHaveLength(1);
  });
});

describe("children that are asked for by their parents' ids", () => {
  it("are found for every parent, in as many queries as their ids need", async () => {
    const few = await readAll("Case");
    const many = await readAll("Case", 3000);

    expect(many.records).toEqual(few.records);
    expect(many.paths["GET query"]).toBeGreaterThan(few.paths["GET query"] ?? Infinity);
    expect(
      [...few.records.values()].filter((record) => Array.isArray(fieldsOf(record)["Feeds"])).length,
    ).toBeGreaterThan(0);
  });
});

describe("describing the org", () => {
  it("asks for each object once", async () => {
    const { paths } = await readAll("Case");

    // Case, its users, children, files, and the four custom objects.
    expect(paths["GET sobjects"]).toBe(1);
    expect(paths["GET sobjects/:name/describe"]).toBeLessThanOrEqual(13);
  });
});
