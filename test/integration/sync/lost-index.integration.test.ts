import { afterEach, describe, expect, inject, it } from "vitest";
import { readAll, sendOn, startProxyServer, type ProxiedRequest } from "../../support/proxy-server.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture({ size: "small", seed: "6" });
let close = (): Promise<void> => Promise.resolve();

afterEach(() => close());

/** Deletes the index immediately before the given request, once. Returns the URL of the proxy that does it. */
async function deletingIndex(isMoment: (request: ProxiedRequest, seen: number) => boolean): Promise<string> {
  let seen = 0;
  let isDone = false;
  const proxy = await startProxyServer(inject("elasticsearchUrl"), async (exchange) => {
    if (!isDone && isMoment(exchange.request, ++seen)) {
      isDone = true;
      await fixture.client.indices.delete({ index: fixture.index });
    }
    const answer = await sendOn(exchange);
    exchange.outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    exchange.outgoing.end(await readAll(answer));
  });
  close = () => proxy.close();
  return proxy.url;
}

const sync = (elasticsearchUrl: string) =>
  fixture.sync({ elasticsearchUrl, settings: { "elasticsearch.bulk.chunk_size": 100 } });

/** The third of the requests with this in their path. */
const third = (part: string) => {
  let count = 0;
  return ({ path }: ProxiedRequest): boolean => path.includes(part) && ++count === 3;
};

describe("an index that is deleted during a sync", () => {
  it.each([
    ["between two writes", { isMoment: third("index.uuid"), isNew: true }],
    ["at the very moment of a write", { isMoment: third("_bulk"), isNew: true }],
    ["while it is read", { isMoment: third("_pit"), isNew: false }],
  ])("%s is not filled with guessed types, and the next sync fills it", async (_, { isMoment, isNew }) => {
    const remove = { index: fixture.index, ignore_unavailable: true };
    await fixture.client.indices.delete(remove);
    const whole = await sync(inject("elasticsearchUrl"));
    const documents = await fixture.documents();
    if (isNew) await fixture.client.indices.delete(remove);

    const lost = await sync(await deletingIndex(isMoment));
    const left = await fixture.client.indices.getMapping({ index: fixture.index, ignore_unavailable: true });
    const next = await sync(inject("elasticsearchUrl"));

    expect(whole.status).toBe("completed");
    expect(lost).toMatchObject({ status: "error", refusals: {} });
    expect(lost.error).toMatch(
      new RegExp(`^The index ${fixture.index} was deleted or replaced while the sync wrote to it; .* Sync again:`),
    );
    expect(Object.values(left).map(({ mappings }) => mappings)).toEqual(Object.keys(left).map(() => ({})));
    expect(next).toMatchObject({ status: "completed", refusals: {} });
    expect(await fixture.documents()).toEqual(documents);
    const mapping = (await fixture.client.indices.getMapping({ index: fixture.index }))[fixture.index]?.mappings;
    const keyword = { type: "keyword" };
    expect(mapping?.properties).toMatchObject({ id: keyword, object_type: keyword, _fingerprint: keyword });
  });
});
