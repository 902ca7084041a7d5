import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import type { NewJob } from "../../../src/jobs/job-store.ts";
import { connectorApiKey, encodeApiKey, startPrivilegeProxy } from "../../support/privilege-proxy.ts";
import { openProtocolStores, type OpenProtocolStores } from "../../support/protocol-stores.ts";
import { domain, useKibana } from "../support/kibana-fixture.ts";
import { at, useStores } from "../support/stores-fixture.ts";

const kibanaFixture = useKibana();
const fixture = useStores(kibanaFixture);
const { prefix } = kibanaFixture;
const { signal } = new AbortController();

async function source(alias: string, id: string): Promise<JsonObject> {
  const { _source: found } = await kibanaFixture.client.get<JsonObject>({ index: alias, id });
  return found ?? {};
}

const idsOf = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id);

describe("stored jobs", () => {
  async function newJob(id: string, change: Partial<NewJob> = {}): Promise<NewJob> {
    await kibanaFixture.registeredConnector(id);
    return {
      id: `job-of-${id}`,
      connectorId: id,
      type: "full",
      trigger: "scheduled",
      at,
      ...change,
    };
  }

  it("are read as Kibana created them", async () => {
    const id = await kibanaFixture.registeredConnector("asked");
    const jobId = await kibanaFixture.kibana.startSync(id, "access_control");

    const read = await fixture.job(jobId);

    expect(read).toMatchObject({
      id: jobId,
      type: "access_control",
      status: "pending",
      trigger: "on_demand",
      createdAt: Date.parse(kibanaFixture.now()),
      snapshot: {
        connectorId: id,
        indexName: `.search-acl-filter-${prefix}asked`,
        serviceType: "salesforce",
        rules: { basic: [], advanced: [], problems: [] },
      },
      indexed: 0,
      deleted: 0,
      total: 0,
      metadata: {},
    });
  });

  it.each(["full", "access_control"] as const)("equal those of Elasticsearch's own API (%s)", async (type) => {
    const wanted = await newJob(`api-${type}`, { type, trigger: "on_demand", at: Date.parse(kibanaFixture.now()) });
    const jobId = await kibanaFixture.kibana.startSync(wanted.connectorId, type);

    expect(await fixture.stores.jobs.create(wanted, signal)).toBe("created");

    const {
      created_at: createdAt,
      last_seen: lastSeen,
      ...made
    } = await source(fixture.stores.indices.jobs.alias, wanted.id);
    const {
      id: _,
      created_at: __,
      last_seen: ___,
      connector: snapshot,
      ...asked
    } = await kibanaFixture.kibana.getJob(jobId);
    // The API adds missing properties of fields; our stores copy fields unchanged.
    expect(made).toEqual({ ...asked, connector: { ...snapshot, configuration: { domain } } });
    expect([createdAt, lastSeen]).toEqual([new Date(wanted.at).toISOString(), new Date(wanted.at).toISOString()]);
  });

  it("are not created without their connector", async () => {
    const wanted = { ...(await newJob("without")), connectorId: "missing" };

    expect(await fixture.stores.jobs.create(wanted, signal)).toBe("no_connector");
  });

  it("are created once", async () => {
    const wanted = await newJob("once");

    const made = await Promise.all([1, 2, 3].map(() => fixture.stores.jobs.create(wanted, signal)));

    expect(made.sort()).toEqual(["created", "exists", "exists"]);
  });

  it("are listed by status and connector, oldest first", async () => {
    const id = await kibanaFixture.registeredConnector("listed");
    const other = await kibanaFixture.registeredConnector("listed-other");
    const asked: string[] = [];
    for (const connectorId of [id, other, id]) {
      kibanaFixture.pass(1000);
      asked.push(await kibanaFixture.kibana.startSync(connectorId));
    }
    await kibanaFixture.kibana.putRawJob("listed-undated", { status: "pending", connector: { id } });
    await kibanaFixture.kibana.putRawJob("listed-strange", { status: "exploded", connector: { id } });
    await kibanaFixture.kibana.cancelSync(asked[2] ?? "");
    const connectorIds = [id, other];

    const pending = await fixture.stores.jobs.list({ statuses: ["pending"], connectorIds }, signal);
    const ofOne = await fixture.stores.jobs.list({ connectorIds: [id] }, signal);
    const canceled = await fixture.stores.jobs.list({ statuses: ["canceled", "error"], connectorIds }, signal);
    const all = await fixture.stores.jobs.list({ connectorIds }, signal);
    const newest = await fixture.stores.jobs.list({ connectorIds, newest: 2 }, signal);

    expect(idsOf(pending)).toEqual([asked[0], asked[1], "listed-undated"]);
    expect(idsOf(ofOne)).toEqual([asked[0], asked[2], "listed-undated"]);
    expect(idsOf(canceled)).toEqual([asked[2]]);
    expect(idsOf(await fixture.stores.jobs.list({ statuses: ["canceled"] }, signal))).toContain(asked[2]);
    expect(await fixture.stores.jobs.list({ connectorIds: [] }, signal)).toEqual([]);
    expect(all.length).toBeGreaterThan(2);
    // One of the newest cannot be read.
    expect(idsOf(newest)).toEqual(idsOf(all.slice(-1)));
    expect(await fixture.stores.jobs.list({ statuses: [] }, signal)).toEqual([]);
  });

  it("are listed in any number", async () => {
    const dates = Array.from({ length: 2100 }, (_, position) => new Date(at - position * 1000).toISOString());
    const operations = dates.flatMap((date, position) => [
      { index: { _id: `many-${String(position).padStart(4, "0")}` } },
      { status: "completed", created_at: date, connector: { id: "many" } },
    ]);
    await kibanaFixture.client.bulk({ index: fixture.stores.indices.jobs.alias, operations, refresh: true });

    const found = await fixture.stores.jobs.list({ connectorIds: ["many"] }, signal);

    expect(found).toHaveLength(2100);
    expect(found.map(({ createdAt }) => createdAt)).toEqual(dates.map((date) => Date.parse(date)).sort());
    expect(fixture.proxy.requests.filter(({ path }) => path.endsWith("_search"))).toHaveLength(4);
    expect(fixture.proxy.requests.at(-1)).toMatchObject({ method: "DELETE", path: "/_pit" });
  });

  it("are claimed by one of several workers", async () => {
    const wanted = await newJob("claim");
    await fixture.stores.jobs.create(wanted, signal);
    const { revision } = await fixture.job(wanted.id);

    const claims = await Promise.all(
      ["a", "b", "c"].map((workerHostname) =>
        fixture.stores.jobs.change(
          wanted.id,
          { status: "in_progress", workerHostname, startedAt: at },
          { revision, signal },
        ),
      ),
    );

    expect(claims.filter((claim) => claim === "changed_meanwhile")).toHaveLength(2);
    expect(await fixture.job(wanted.id)).toMatchObject({ status: "in_progress", startedAt: at, trigger: "scheduled" });
  });

  it("keep all concurrent changes without a revision", async () => {
    const wanted = await newJob("at-once");
    await fixture.stores.jobs.create(wanted, signal);

    const results = await Promise.all([
      fixture.stores.jobs.change(wanted.id, { lastSeenAt: at + 1 }, { signal }),
      fixture.stores.jobs.change(wanted.id, { indexed: 5 }, { signal }),
      fixture.stores.jobs.change(wanted.id, { metadata: { page: 2 } }, { signal }),
    ]);

    expect(results.every((result) => typeof result === "object")).toBe(true);
    expect(await fixture.job(wanted.id)).toMatchObject({ lastSeenAt: at + 1, indexed: 5, metadata: { page: 2 } });
  });

  it("have replaced metadata after a change", async () => {
    const wanted = await newJob("metadata");
    await fixture.stores.jobs.create(wanted, signal);
    await fixture.stores.jobs.change(wanted.id, { metadata: { cursor: { Account: "1", Case: "2" } } }, { signal });

    await fixture.stores.jobs.change(wanted.id, { metadata: { cursor: { Case: "3" } }, deleted: 1 }, { signal });

    expect(await fixture.job(wanted.id)).toMatchObject({ metadata: { cursor: { Case: "3" } }, deleted: 1 });
    expect((await fixture.job(wanted.id)).metadata).toEqual({ cursor: { Case: "3" } });
  });

  it("end with the fields that Kibana shows", async () => {
    const wanted = await newJob("end");
    await fixture.stores.jobs.create(wanted, signal);

    await fixture.stores.jobs.change(
      wanted.id,
      { status: "completed", error: null, completedAt: at, indexed: 7, deleted: 2, volume: 2_600_000, total: 9 },
      { signal },
    );

    expect(await kibanaFixture.kibana.getJob(wanted.id)).toMatchObject({
      status: "completed",
      error: null,
      completed_at: "2026-03-01T13:00:00.000Z",
      indexed_document_count: 7,
      deleted_document_count: 2,
      indexed_document_volume: 2,
      total_document_count: 9,
    });
  });

  it("that were deleted cannot be changed", async () => {
    expect(await fixture.stores.jobs.get("nobody", signal)).toBeUndefined();
    expect(await fixture.stores.jobs.change("nobody", { indexed: 1 }, { signal })).toBe("gone");
    expect(await fixture.stores.jobs.change("nobody", { metadata: {} }, { signal })).toBe("gone");
  });

  it("are found by searches soon, and by their id at once", async () => {
    const wanted = await newJob("soon");
    await fixture.stores.jobs.create(wanted, signal);

    expect((await fixture.job(wanted.id)).status).toBe("pending");
    await kibanaFixture.client.indices.refresh({ index: fixture.stores.indices.jobs.alias });
    expect(idsOf(await fixture.stores.jobs.list({ connectorIds: ["soon"] }, signal))).toEqual([wanted.id]);
    expect(fixture.proxy.requests.every(({ path }) => !path.endsWith("_refresh"))).toBe(true);
  });
});

describe("stores without their indices", () => {
  const absent = `${prefix}absent-`;
  let empty: OpenProtocolStores;

  beforeAll(() => {
    const other = connectorApiKey("absent-key", "content", { indices: [`${absent}.elastic-connectors*`] });
    fixture.proxy.grant(other);
    empty = openProtocolStores(fixture.proxy.url, { prefix: absent, apiKey: encodeApiKey(other) });
  });

  afterAll(async () => {
    await empty.elasticsearch[Symbol.asyncDispose]();
  });

  it("list nothing, and report no document as missing", async () => {
    expect(await empty.connectors.list({ ids: ["a"], serviceTypes: ["salesforce"] }, signal)).toEqual([]);
    expect(await empty.jobs.list({ statuses: ["pending"] }, signal)).toEqual([]);
    const missing = { code: "elasticsearch_request", status: 404 };
    await expect(empty.jobs.get("a", signal)).rejects.toMatchObject(missing);
    await expect(empty.jobs.change("a", { indexed: 1 }, { signal })).rejects.toMatchObject(missing);
  });

  it("create none under the alias's name", async () => {
    const created = empty.connectors.create("a", {}, signal);

    await expect(created).rejects.toMatchObject({ code: "elasticsearch_request", status: 404 });
    expect(await kibanaFixture.client.indices.exists({ index: empty.indices.connectors.alias })).toBe(false);
  });
});

describe("stores without privileges", () => {
  it("report the refused action, the index and the required privilege", async () => {
    const other = connectorApiKey("other-key", "content");
    const guarded = await startPrivilegeProxy(inject("elasticsearchUrl"), [other]);
    const { elasticsearch, connectors } = openProtocolStores(guarded.url, { prefix, apiKey: encodeApiKey(other) });

    const listed = connectors.list({ ids: ["a"], serviceTypes: [] }, signal);

    await expect(listed).rejects.toThrow(/reading the connectors/);
    await expect(listed).rejects.toMatchObject({
      code: "elasticsearch_privilege",
      message: expect.stringContaining(`on indices [${fixture.stores.indices.connectors.alias}]`) as string,
    });
    await expect(listed).rejects.toThrow(/index privileges \[read,all\]/);
    await elasticsearch[Symbol.asyncDispose]();
    await guarded.close();
  });
});
