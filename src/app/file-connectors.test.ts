import { beforeEach, describe, expect, it } from "vitest";
import { MemoryConnectorStore } from "../../test/support/memory-stores.ts";
import { parseConfig } from "../config/load-config.ts";
import type { ConnectorEntry } from "../config/schema.ts";
import { silentLogger } from "../core/logger.ts";
import { registerFileConnector } from "./file-connectors.ts";

const { signal } = new AbortController();
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
  return registerFileConnector(entry(), { connectors, log, signal });
}

describe("a connector of the file", () => {
  it("gets a document without its secrets", async () => {
    expect(await register()).toBe(true);

    expect(connectors.read("sales")).toMatchObject({ indexName: "search-sales", status: "configured" });
    expect(JSON.stringify(connectors.all())).not.toContain("sesame");
  });

  it.each([
    ["error", "configured"],
    ["connected", "connected"],
  ] as const)(
    "with the status %s has the status %s after a start, because only the file shows a corrected secret",
    async (before, after) => {
      await register();
      await connectors.change("sales", { status: before }, {});

      await register();

      expect(connectors.read("sales")?.status).toBe(after);
    },
  );

  it("is not run if a deleted connector has its id, and a warning says so", async () => {
    connectors.create = () => Promise.resolve(false);

    expect(await register()).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/a deleted connector has the same id; change connector_id/)]);
  });
});
