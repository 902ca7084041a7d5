import { beforeEach, describe, expect, it } from "vitest";
import { MemoryConnectorStore } from "../../test/support/memory-stores.ts";
import { parseConfig } from "../config/load-config.ts";
import type { ConnectorEntry } from "../config/schema.ts";
import { describeConfigurationFields } from "../connector/describe-fields.ts";
import { silentLogger } from "../core/logger.ts";
import { registerFileConnector } from "./file-connectors.ts";

const { signal } = new AbortController();
const kind = { serviceType: "salesforce", fields: describeConfigurationFields(), features: {} };
const yaml = `
elasticsearch: { host: "http://localhost:9200", api_key: key }
connectors:
  - connector_id: sales
    index_name: search-sales
    configuration: { domain: acme, client_id: id, client_secret: open sesame }
`;

let connectors: MemoryConnectorStore;
let warnings: string[];

beforeEach(() => {
  connectors = new MemoryConnectorStore();
  warnings = [];
});

function entry(): ConnectorEntry {
  const [found] = parseConfig(yaml, { file: "connector.yml", environment: {} }).config.connectors;
  if (!found) throw new Error("The file names no connector.");
  return found;
}

function register(): Promise<boolean> {
  const log = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
  return registerFileConnector(entry(), { connectors, kind, log, signal });
}

describe("a connector of the file", () => {
  it("gets a document, with everything but its secrets", async () => {
    expect(await register()).toBe(true);

    expect(connectors.read("sales")).toMatchObject({ indexName: "search-sales", state: "configured" });
    expect(JSON.stringify(connectors.all())).not.toContain("sesame");
  });

  it.each([
    ["error", "configured"],
    ["connected", "connected"],
  ] as const)(
    "that is %s is %s after a start, since a secret that was put right shows in the file alone",
    async (before, after) => {
      await register();
      await connectors.change("sales", { state: before }, {});

      await register();

      expect(connectors.read("sales")?.state).toBe(after);
    },
  );

  it("whose id a deleted one keeps is said not to be run, once", async () => {
    connectors.create = () => Promise.resolve(false);

    expect(await register()).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/was deleted.*give it another connector_id/)]);
  });
});
