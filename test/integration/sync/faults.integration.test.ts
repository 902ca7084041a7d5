import { beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { startFaultProxy } from "../../support/fault-proxy.ts";
import { allDocuments } from "../../support/product.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture({ size: "small", seed: "5" });
const configuration = { sync_custom_objects: true, custom_objects_to_sync: "*" };
/** All documents, after a sync without a fault. */
let whole: Awaited<ReturnType<typeof fixture.documents>>;
let run = 0;

/** Compares the index with one that was synced without a fault. */
async function expectWhole(index: string, report: Awaited<ReturnType<typeof fixture.sync>>): Promise<void> {
  const documents = await allDocuments(fixture.client, index);
  expect(report).toMatchObject({ status: "completed", error: null, refusals: {} });
  expect(documents.size).toBe(whole.size);
  expect(documents).toEqual(whole);
  for (const [name, counts] of Object.entries(report.objects))
    expect(counts, name).toEqual({
      ...counts,
      extracted: counts.source,
      written: counts.source,
      unchanged: 0,
      refused: 0,
    });
}

const nextIndex = (): string => `${fixture.index}-${++run}`;

beforeAll(async () => {
  await fixture.sync({ configuration });
  whole = await fixture.documents();
});

beforeEach(async () => {
  await fixture.faults([]);
});

describe("a sync loses nothing and writes nothing twice when Salesforce", () => {
  it.each([
    ["answers 503 now and then", [{ match: { path: "/query" }, status: 503, after: 2, times: 4 }]],
    [
      "answers 500 with an error of the org",
      [{ match: { path: "/query" }, status: 500, error_code: "UNKNOWN_EXCEPTION", after: 3, times: 3 }],
    ],
    [
      "has no route to the org for a moment",
      [{ match: { path: "/describe|/query" }, status: 420, body: "<html>no route</html>", after: 5, times: 2 }],
    ],
    ["cuts connections before it answers", [{ match: { path: "/query" }, cut: "before", after: 2, times: 4 }]],
    ["breaks answers off in the middle", [{ match: { path: "/query" }, cut: 20_000, after: 1, times: 4 }]],
    [
      "expires the session in the middle",
      [{ match: { path: "/query|/VersionData" }, expire_token: true, after: 6, times: 3 }],
    ],
    ["asks to come back later", [{ match: { path: "/query" }, status: 429, retry_after: 1, after: 4, times: 1 }]],
  ])("%s", async (_, faults) => {
    const index = nextIndex();
    await fixture.faults(faults);

    const report = await fixture.sync({ index, configuration });

    const fired = (await (await fetch(`${fixture.simulator.url}/__simulator/faults`)).json()) as { fired: number }[];
    expect(fired.map((fault) => fault.fired > 0)).toEqual(faults.map(() => true));
    await expectWhole(index, report);
  });
});

describe("a sync loses nothing and writes nothing twice when Elasticsearch", () => {
  it("is overloaded, answers 503 and closes connections", async () => {
    const index = nextIndex();
    const proxy = await startFaultProxy(inject("elasticsearchUrl"));
    let requests = 0;
    proxy.decide = ({ path }) => {
      if (!path.includes("_bulk")) return undefined;
      if (++requests > 20) return undefined;
      if (requests % 4 === 1) return { kind: "answer", status: 429 };
      if (requests % 4 === 2) return { kind: "cut", afterBytes: 5 };
      return requests % 4 === 3 ? { kind: "answer", status: 503 } : undefined;
    };

    const report = await fixture.sync({
      index,
      configuration,
      elasticsearchUrl: proxy.url,
      settings: { "elasticsearch.bulk.chunk_size": 500, "elasticsearch.max_retries": 20 },
    });

    await proxy.close();
    expect(requests).toBeGreaterThan(20);
    await expectWhole(index, report);
  });
});

describe("a sync that cannot continue", () => {
  beforeEach(async () => {
    await fixture.sync({ configuration });
  });

  it("names the object that could not be read, writes the others and deletes nothing of it", async () => {
    const before = await fixture.documents();
    const [contact = ""] = await fixture.editor.ids(
      "SELECT Id FROM Contact WHERE Id NOT IN (SELECT ContactId FROM Case) LIMIT 1",
    );
    const lead = await fixture.editor.create("Lead", { LastName: "Later", Company: "Later" });
    await fixture.editor.remove("Contact", contact);
    await fixture.faults([
      {
        match: { path: "/query", query: "FROM Contact" },
        status: 400,
        error_code: "QUERY_TIMEOUT",
        message: "Your query request was running for too long.",
      },
    ]);

    const report = await fixture.sync({ configuration });

    const documents = await fixture.documents();
    expect(report).toMatchObject({ status: "error", objects: { Lead: { written: 1 } } });
    expect(report.error).toMatch(/^Contact could not be synced: Salesforce refused .* with QUERY_TIMEOUT/);
    expect(documents.has(lead)).toBe(true);
    expect(documents.has(contact)).toBe(true);
    expect(documents.size).toBe(before.size + 1);
  });

  it("reports that the org reached its limit of API calls", async () => {
    await fixture.faults([
      {
        match: { path: "/sobjects" },
        status: 403,
        error_code: "REQUEST_LIMIT_EXCEEDED",
        message: "TotalRequests Limit exceeded.",
      },
    ]);

    const report = await fixture.sync();

    expect(report.status).toBe("error");
    expect(report.error).toMatch(
      /^Salesforce refuses further API calls \(TotalRequests Limit exceeded\.\)\. The org reached its limit of API calls in 24 hours/,
    );
  });

  it("fails if every new session is refused", async () => {
    await fixture.faults([{ match: { path: "/services/data" }, status: 401, error_code: "INVALID_SESSION_ID" }]);

    const report = await fixture.sync();

    expect(report.status).toBe("error");
    expect(report.error).toMatch(/refuses every session right after the sign-in/);
  });

  it("writes the records already read, deletes nothing and reports a cancellation when it is told to stop", async () => {
    const before = await fixture.documents();
    const controller = new AbortController();
    const [account = ""] = await fixture.editor.ids(
      "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Case) AND Id NOT IN (SELECT AccountId FROM Opportunity) LIMIT 1",
    );
    await fixture.editor.remove("Account", account);
    await fixture.faults([{ match: { path: "/query", query: "FROM Lead" }, delay_ms: 60_000 }]);
    const running = fixture.sync({ configuration, signal: controller.signal });
    await expect.poll(async () => (await fixture.takeCalls())["GET query"] ?? 0).toBeGreaterThan(0);

    controller.abort();
    const report = await running;

    expect(report).toMatchObject({ status: "canceled", error: expect.any(String) as string });
    expect((await fixture.documents()).size).toBeGreaterThanOrEqual(before.size - 1);
  });
});
