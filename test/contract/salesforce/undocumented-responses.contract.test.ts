import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import { checkSalesforce } from "../../../src/salesforce/client/check-salesforce.ts";
import type { SalesforceHttp } from "../../../src/salesforce/client/http.ts";
import type { SalesforceClient } from "../../../src/salesforce/client/salesforce-client.ts";
import { retrieveFields } from "../../../src/salesforce/objects/retrieve-fields.ts";
import { QueryReader } from "../../../src/salesforce/query/query-reader.ts";
import { SearchReader } from "../../../src/salesforce/rules/search-reader.ts";
import { SalesforceSharing } from "../../../src/salesforce/sharing/salesforce-sharing.ts";
import { FactTables } from "../../../src/sync/access/fact-tables.ts";
import { SalesforceSource } from "../../../src/salesforce/salesforce-source.ts";
import { salesforceClient } from "../../support/salesforce.ts";

// A response with the status 200 that is not what the API documents: from a proxy, or broken on the way.

const never = new AbortController().signal;
const transports: SalesforceHttp[] = [];
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

afterEach(async () => {
  await Promise.all(transports.splice(0).map((http) => http[Symbol.asyncDispose]()));
});

afterAll(() => simulator.stop());

function open(): SalesforceClient {
  const { client, http } = salesforceClient(simulator.url);
  transports.push(http);
  return client;
}

function source(client: SalesforceClient): SalesforceSource {
  const configuration = {
    standardObjects: ["Account"],
    customObjects: [],
    documentLevelSecurity: false,
    syncFiles: false,
  } as const;
  return new SalesforceSource({ client, baseUrl: simulator.url, configuration, log: silentLogger });
}

async function sharing(client: SalesforceClient): Promise<void> {
  using tables = new FactTables();
  const request = { objects: ["Account"], fieldObjects: ["Account"], relatedObjects: [] };
  await new SalesforceSharing({ client, objectsWithHierarchies: [] }).readSharing(request, tables, never);
}

async function answerWith(path: string, body: string, query?: string): Promise<() => Promise<number>> {
  const control = `${simulator.url}/__simulator/faults`;
  const put = (faults: object[]) =>
    fetch(control, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(faults),
    });
  await put([{ match: { path, ...(query !== undefined && { query }) }, status: 200, body }]);
  return async () => {
    const [report] = (await (await fetch(control)).json()) as { fired: number }[];
    await put([]);
    return report?.fired ?? 0;
  };
}

const bodies = [
  "<html>Jane Private</html>",
  "",
  "null",
  "[]",
  "{}",
  "5",
  '{"records":7,"sobjects":7,"fields":7}',
  "[7]",
];

const endpoints = [
  {
    name: "the sign-in",
    path: "/oauth2/token",
    ask: (client: SalesforceClient) => source(client).plan(new Set(), never),
  },
  {
    name: "the list of objects",
    path: "/sobjects$",
    ask: (client: SalesforceClient) => source(client).plan(new Set(), never),
  },
  { name: "describe", path: "/describe$", ask: (client: SalesforceClient) => source(client).plan(new Set(), never) },
  {
    name: "a query",
    path: "/query",
    ask: (client: SalesforceClient) => new QueryReader(client).pages("SELECT Id FROM Account", never).next(),
  },
  {
    name: "a search",
    path: "/search",
    ask: (client: SalesforceClient) => new SearchReader(client).search("FIND {a}", never),
  },
  {
    name: "the fields of records",
    path: "/composite/sobjects",
    ask: (client: SalesforceClient) =>
      retrieveFields(client, { object: "Account", ids: ["001000000000001AAA"], fields: ["Name"] }, never),
  },
];

const sharingTables = [
  "EntityDefinition",
  "Organization",
  "User",
  "GroupMember",
  "AccountShare",
  "ContentDocumentLink",
];

const endpointsOfSharing = [
  { name: "the versions of the API", path: "^/services/data$", query: undefined },
  { name: "restriction rules", path: "/tooling/query", query: undefined },
  ...sharingTables.map((table) => ({ name: `a query of ${table}`, path: "/query", query: `FROM ${table}(?: |$)` })),
].map((endpoint) => ({ ...endpoint, ask: sharing }));

const cases = [...endpoints, ...endpointsOfSharing].flatMap((endpoint) =>
  bodies.map((body) => ({ ...endpoint, body })),
);

describe("a response that is not documented", () => {
  // An empty list is documented for the fields of records: none of the records exists.
  it.each(cases.filter(({ name, body }) => !(name === "the fields of records" && body === "[]")))(
    "to $name, $body, is one named error, is retried, and is not quoted",
    async ({ path, body, ask, ...match }) => {
      const fired = await answerWith(path, body, "query" in match ? match.query : undefined);

      const error: unknown = await ask(open()).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );

      expect(error).toMatchObject({
        code: "salesforce_response",
        message: expect.not.stringContaining("Jane") as string,
      });
      expect(await fired()).toBe(4);
    },
  );

  it("to the limits fails the check with a sentence", async () => {
    const fired = await answerWith("/limits", '{"DailyApiRequests":null}');
    const client = open();

    const results = await checkSalesforce({ client, source: source(client), host: "simulator", signal: never });

    expect(results).toEqual([
      expect.objectContaining({
        outcome: "failed",
        found: expect.stringMatching(/limits is incomplete or not in the documented form/) as string,
      }),
    ]);
    expect(await fired()).toBe(4);
  });

  it("with an error of other types is reported by its status", async () => {
    await fetch(`${simulator.url}/__simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ match: { path: "/sobjects$" }, status: 400, body: '[{"errorCode":5,"message":{}}]' }]),
    });

    const planning = source(open()).plan(new Set(), never);

    await expect(planning).rejects.toThrow(/with HTTP_400: status 400$/);
    await (
      await answerWith("none", "")
    )();
  });

  it("with a record that is not JSON is a named error that does not quote the record", async () => {
    const fired = await answerWith("/query", '{"totalSize":1,"done":true,"records":[{"Id":"1","Name":Jane}]}');
    const client = open();
    const plan = await source(client).plan(new Set(), never);

    const reading = (async () => {
      for await (const page of plan.objects[0]?.pages("everything", never) ?? []) Array.from(page.records);
    })();

    await expect(reading).rejects.toMatchObject({
      code: "salesforce_response",
      message: "A record in a response of Salesforce is not valid JSON.",
    });
    await fired();
  });
});
