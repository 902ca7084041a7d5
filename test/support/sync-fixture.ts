import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, inject } from "vitest";
import { startSimulator, type RunningSimulator, type SimulatorOptions } from "../../simulator/start-simulator.ts";
import type { RunReport } from "../../src/sync/report.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "./elasticsearch.ts";
import { OrgEditor } from "./org-editor.ts";
import { allDocuments, syncProduct, type ProductSync } from "./product.ts";

/** A simulated org, an administrator in it, and an index, for one test file. */
interface SyncFixture {
  readonly simulator: RunningSimulator;
  readonly editor: OrgEditor;
  readonly client: Client;
  readonly index: string;
  sync(options?: Partial<ProductSync>): Promise<RunReport>;
  documents(): Promise<Map<string, Record<string, unknown>>>;
  /** Sets the org's faults. Replaces earlier ones. */
  faults(list: readonly object[]): Promise<void>;
  /** Calls since the last request for them, by endpoint. */
  takeCalls(): Promise<Record<string, number>>;
}

/** Sets a fixture up before the first test of the file and takes it down after the last. */
export function useSyncFixture(options: SimulatorOptions = {}): SyncFixture {
  const prefix = uniqueIndexPrefix();
  const fixture = new Fixture(`${prefix}documents`);
  beforeAll(async () => {
    fixture.client = elasticsearchClient();
    fixture.simulator = await startSimulator({ size: "tiny", seed: "3", ...options });
    fixture.editor = await OrgEditor.open(fixture.simulator.url);
  });
  afterAll(async () => {
    await fixture.simulator.stop();
    await deleteIndices(fixture.client, prefix);
    await fixture.client.close();
  });
  return fixture;
}

class Fixture implements SyncFixture {
  simulator!: RunningSimulator;
  editor!: OrgEditor;
  client!: Client;
  readonly index: string;

  constructor(index: string) {
    this.index = index;
  }

  sync(options: Partial<ProductSync> = {}): Promise<RunReport> {
    const where = {
      salesforceUrl: this.simulator.url,
      elasticsearchUrl: inject("elasticsearchUrl"),
      index: this.index,
    };
    return syncProduct({ ...where, ...options });
  }

  documents(): Promise<Map<string, Record<string, unknown>>> {
    return allDocuments(this.client, this.index);
  }

  async faults(list: readonly object[]): Promise<void> {
    const answer = await fetch(`${this.simulator.url}/__simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(list),
    });
    if (!answer.ok) throw new Error(`The faults were refused: ${await answer.text()}`);
  }

  async takeCalls(): Promise<Record<string, number>> {
    const url = `${this.simulator.url}/__simulator/calls`;
    const { endpoints } = (await (await fetch(url)).json()) as { endpoints: Record<string, { count: number }> };
    await fetch(url, { method: "DELETE" });
    return Object.fromEntries(Object.entries(endpoints).map(([name, { count }]) => [name, count]));
  }
}
