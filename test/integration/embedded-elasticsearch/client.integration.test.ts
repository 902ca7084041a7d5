import { afterAll, describe, expect, inject, it } from "vitest";
import {
  deleteIndices,
  elasticsearchClient,
  elasticsearchMajor,
  uniqueIndexPrefix,
} from "../../support/elasticsearch.ts";

const client = elasticsearchClient();
const prefix = uniqueIndexPrefix();

afterAll(async () => {
  await deleteIndices(client, prefix);
  await client.close();
});

describe("the official client", () => {
  it("recognizes the node as Elasticsearch and reads its version", async () => {
    const info = await client.info();

    expect(info.version.number).toBe(inject("elasticsearchVersion"));
    expect(info.version.build_hash).toMatch(/^[0-9a-f]{40}$/);
    expect(info.version.build_snapshot).toBe(false);
    expect(info.version.lucene_version).toMatch(elasticsearchMajor() === 8 ? /^9\./ : /^10\./);
    expect(info.cluster_uuid).not.toBe("_na_");
    expect(info.tagline).toBe("You Know, for Search");
  });

  it("gets a response to HEAD / too, without a body", async () => {
    const response = await fetch(inject("elasticsearchUrl"), { method: "HEAD" });

    expect(response.status).toBe(200);
    expect(response.headers.get("x-elastic-product")).toBe("Elasticsearch");
    expect(await response.text()).toBe("");
  });

  it("indexes, gets, updates under optimistic concurrency, searches and deletes", async () => {
    const index = `${prefix}crud`;

    const created = await client.index({ index, id: "1", document: { Name: "Universal Containers" }, refresh: true });
    const found = await client.search({ index, query: { match: { Name: "containers" } } });
    const versions = { if_seq_no: created._seq_no ?? -1, if_primary_term: created._primary_term ?? -1 };
    await client.update({ index, id: "1", doc: { Name: "Acme" }, ...versions });
    const stale = client.update({ index, id: "1", doc: { Name: "Late" }, ...versions });

    expect(found.hits.hits.map((hit) => hit._id)).toEqual(["1"]);
    await expect(stale).rejects.toMatchObject({ statusCode: 409 });
    expect((await client.get({ index, id: "1" }))._source).toEqual({ Name: "Acme" });
    expect((await client.delete({ index, id: "1" })).result).toBe("deleted");
  });

  it("sends documents in bulk and gets the error of each refused one", async () => {
    const index = `${prefix}bulk`;
    await client.indices.create({ index, mappings: { dynamic: "strict", properties: { Amount: { type: "long" } } } });

    const answer = await client.bulk({
      refresh: true,
      operations: [
        ...[1, 2, 3].flatMap((Amount) => [{ index: { _index: index, _id: String(Amount) } }, { Amount }]),
        { index: { _index: index, _id: "4" } },
        { Amount: "many" },
        { delete: { _index: index, _id: "1" } },
      ],
    });

    expect(answer.errors).toBe(true);
    expect(answer.items.map((item) => Object.values(item)[0]?.status)).toEqual([201, 201, 201, 400, 200]);
    expect((await client.count({ index })).count).toBe(2);
  });

  it("pages through a point in time, without later documents", async () => {
    const index = `${prefix}pages`;
    const ids = Array.from({ length: 25 }, (_, position) => `id-${String(position).padStart(2, "0")}`);
    await client.indices.create({ index, mappings: { properties: { id: { type: "keyword" } } } });
    await client.bulk({
      refresh: true,
      operations: ids.flatMap((id) => [{ index: { _index: index, _id: id } }, { id }]),
    });

    const { id: pit } = await client.openPointInTime({ index, keep_alive: "1m" });
    await client.index({ index, id: "later", document: { id: "id-99" }, refresh: true });
    const seen: unknown[] = [];
    for (let after: string[] | undefined; ;) {
      const { hits } = await client.search({
        pit: { id: pit },
        size: 10,
        sort: ["id"],
        ...(after && { search_after: after }),
      });
      if (hits.hits.length === 0) break;
      seen.push(...hits.hits.map((hit) => hit._id));
      after = hits.hits.at(-1)?.sort?.map(String);
    }
    await client.closePointInTime({ id: pit });

    expect(seen).toEqual(ids);
  });

  it("keeps values without a field of their own in a flattened field", async () => {
    const index = `${prefix}flattened`;
    const flattened = { type: "flattened", ignore_above: 8191 } as const;
    await client.indices.create({ index, mappings: { dynamic: "strict", properties: { more_fields: flattened } } });
    await client.index({
      index,
      document: { more_fields: { Color__c: "green", Size__c: { Unit: "cm" } } },
      refresh: true,
    });

    const found = await client.count({ index, query: { term: { "more_fields.Color__c": "green" } } });
    const nested = await client.count({ index, query: { term: { "more_fields.Size__c.Unit": "cm" } } });
    const mapping = await client.indices.getMapping({ index });

    expect([found.count, nested.count]).toEqual([1, 1]);
    expect(mapping[index]?.mappings.properties).toEqual({ more_fields: { ...flattened } });
  });

  it("creates hidden indices by a template and filters by a list of terms", async () => {
    const name = `${prefix}template`;
    await client.indices.putIndexTemplate({
      name,
      index_patterns: [`${prefix}connectors-*`],
      template: { settings: { hidden: true }, mappings: { properties: { token: { type: "keyword" } } } },
    });
    const index = `${prefix}connectors-1`;
    await client.bulk({
      refresh: true,
      operations: ["a", "b", "c"].flatMap((token) => [{ index: { _index: index } }, { token }]),
    });

    const found = await client.count({ index, query: { bool: { filter: { terms: { token: ["a", "c", "x"] } } } } });
    const settings = await client.indices.getSettings({ index });
    await client.indices.deleteIndexTemplate({ name });

    expect(found.count).toBe(2);
    expect(settings[index]?.settings?.index?.hidden).toBe("true");
  });
});
