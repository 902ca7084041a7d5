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
  it("takes the node for Elasticsearch and reads its version", async () => {
    const info = await client.info();

    expect(info.version.number).toBe(inject("elasticsearchVersion"));
    expect(info.version.build_hash).toMatch(/^[0-9a-f]{40}$/);
    expect(info.version.build_snapshot).toBe(false);
    expect(info.version.lucene_version).toMatch(elasticsearchMajor() === 8 ? /^9\./ : /^10\./);
    expect(info.cluster_uuid).not.toBe("_na_");
    expect(info.tagline).toBe("You Know, for Search");
  });
});
