import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import type { StoredConnector } from "../../../src/connector/stored-connector.ts";
import type { StoredJob } from "../../../src/jobs/job-store.ts";
import {
  connectorApiKey,
  encodeApiKey,
  startPrivilegeProxy,
  type PrivilegeProxy,
} from "../../support/privilege-proxy.ts";
import { openProtocolStores, type OpenProtocolStores } from "../../support/protocol-stores.ts";
import type { KibanaFixture } from "./kibana-fixture.ts";

/** The product's stores on the indices of one test file, with an API key that has only the documented privileges. */
interface StoresFixture {
  readonly proxy: PrivilegeProxy;
  readonly stores: OpenProtocolStores;
  /** A connector as the store reads it. */
  connector(id: string): Promise<StoredConnector>;
  /** A job as the store reads it. */
  job(id: string): Promise<StoredJob>;
}

/** The time of the stores' clock. */
export const at = Date.parse("2026-03-01T13:00:00Z");

/** Opens the stores before the first test of the file. A test fails if Elasticsearch refuses one of their requests. */
export function useStores({ prefix }: KibanaFixture): StoresFixture {
  const { signal } = new AbortController();
  const key = connectorApiKey("stores-key", `${prefix}content`, { indices: [`${prefix}.elastic-connectors*`] });
  let opened: { proxy: PrivilegeProxy; stores: OpenProtocolStores } | undefined;
  beforeAll(async () => {
    const proxy = await startPrivilegeProxy(inject("elasticsearchUrl"), [key]);
    opened = { proxy, stores: openProtocolStores(proxy.url, { prefix, apiKey: encodeApiKey(key), now: () => at }) };
  });
  afterEach(() => {
    expect(opened?.proxy.refused).toEqual([]);
    opened?.proxy.clear();
  });
  afterAll(async () => {
    await opened?.stores.elasticsearch[Symbol.asyncDispose]();
    await opened?.proxy.close();
  });
  return {
    get proxy() {
      return present(opened).proxy;
    },
    get stores() {
      return present(opened).stores;
    },
    connector: async (id) => present(await present(opened).stores.connectors.get(id, signal)),
    job: async (id) => present(await present(opened).stores.jobs.get(id, signal)),
  };
}

function present<Thing>(found: Thing | undefined): Thing {
  if (found === undefined) throw new Error("The stores are not open yet, or have no such document.");
  return found;
}
