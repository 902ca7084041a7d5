import { Client } from "@elastic/elasticsearch";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator, type RunningSimulator, type SimulatorOptions } from "../../simulator/start-simulator.ts";
import { isJsonObject } from "../../src/core/json.ts";
import { Kibana } from "./kibana.ts";
import type { Job } from "./kibana-store.ts";
import { ServiceProcess } from "./service-process.ts";
import { StaleIndex } from "./stale-index.ts";

interface ServiceStart {
  /** How far its clock is ahead. */
  readonly aheadMs?: number;
  /** How many times as fast its time passes. */
  readonly factor?: number;
  /** The address of the node for this service, such as a proxy before it. */
  readonly elasticsearchUrl?: string;
}

interface WorldOptions {
  /** The objects of each connector, by its id. */
  readonly connectors: Readonly<Record<string, string>>;
  readonly size: string;
  /** Additional custom objects of the org. */
  readonly objects?: SimulatorOptions["objects"];
  /** More settings of each connector below `configuration`, and below `salesforce`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly salesforce?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const preload = new URL("shifted-time.ts", import.meta.url).href;

/** A node, an org and services as processes, for tests that kill them. */
export class ServiceWorld implements AsyncDisposable {
  readonly #options: WorldOptions;
  readonly #folder: string;
  readonly #since = Date.now();
  readonly #indices: ReadonlyMap<string, StaleIndex>;
  readonly simulator: RunningSimulator;
  readonly client: Client;
  readonly kibana: Kibana;
  #node: RunningElasticsearch;

  private constructor(
    options: WorldOptions,
    parts: { folder: string; node: RunningElasticsearch; simulator: RunningSimulator; client: Client; kibana: Kibana },
  ) {
    this.#options = options;
    this.#folder = parts.folder;
    this.#node = parts.node;
    this.simulator = parts.simulator;
    this.client = parts.client;
    this.kibana = parts.kibana;
    const { client } = this;
    this.#indices = new Map(this.ids.map((id) => [id, new StaleIndex({ client, name: `search-${id}` })]));
  }

  static async open(options: WorldOptions): Promise<ServiceWorld> {
    const folder = await mkdtemp(join(tmpdir(), "service-world-"));
    const [node, simulator] = await Promise.all([
      startElasticsearch({ major: 9, dataDir: folder }),
      startSimulator({ size: options.size, seed: "3", objects: options.objects ?? [] }),
    ]);
    const client = new Client({ node: node.url, maxRetries: 0, requestTimeout: 60_000 });
    const kibana = await Kibana.create({ client });
    return new ServiceWorld(options, { folder, node, simulator, client, kibana });
  }

  get elasticsearchUrl(): string {
    return this.#node.url;
  }

  get ids(): string[] {
    return Object.keys(this.#options.connectors);
  }

  start(
    name: string,
    { factor = 1, aheadMs = 0, elasticsearchUrl = this.#node.url }: ServiceStart = {},
  ): Promise<ServiceProcess> {
    const environment = {
      NODE_OPTIONS: `--import=${preload}`,
      TEST_TIME_FACTOR: String(factor),
      TEST_CLOCK_AHEAD_MS: String(aheadMs),
      TEST_TIME_SINCE: String(this.#since),
    };
    return ServiceProcess.start({ name, config: this.#config(elasticsearchUrl), environment });
  }

  /** Syncs every connector for the first time. */
  async fill(): Promise<void> {
    for (const id of this.ids) await this.connected(id);
    await Promise.all(this.ids.map((id) => this.indexOf(id).fill(() => this.sync(id))));
  }

  indexOf(id: string): StaleIndex {
    const index = this.#indices.get(id);
    if (!index) throw new Error(`There is no connector ${id}.`);
    return index;
  }

  async connected(id: string): Promise<void> {
    await this.#until(`the connector ${id}`, async () => (await this.kibana.getConnector(id)).status === "connected");
  }

  /** Waits for the end of a job. */
  async ended(jobId: string): Promise<Job> {
    return this.#until(`the end of the job ${jobId}`, async () => {
      const job = await this.kibana.getJob(jobId);
      return ["completed", "error", "canceled"].includes(job.status) && job;
    });
  }

  async sync(id: string, type: "full" | "access_control" = "full"): Promise<Job> {
    const job = await this.ended(await this.kibana.startSync(id, type));
    expect(job).toMatchObject({ status: "completed", error: null });
    return job;
  }

  /** Expects the index that a sync without a disturbance makes, and a report that adds up. */
  async expectExact(id: string, job: Job): Promise<void> {
    const index = this.indexOf(id);
    expect(job).toMatchObject({ status: "completed", total_document_count: index.whole.size });
    expect(index.differencesTo(await index.documents()), id).toEqual([]);
    const { report } = job.metadata;
    const objects = isJsonObject(report) && isJsonObject(report["objects"]) ? report["objects"] : {};
    expect(Object.keys(objects).length).toBeGreaterThan(1);
    for (const [name, counts] of Object.entries(objects as Record<string, Record<string, number>>)) {
      const { source, extracted, written = 0, unchanged = 0, filtered, refused } = counts;
      expect({ extracted, accounted: written + unchanged, filtered, refused }, `${id}: ${name}`).toEqual({
        extracted: source,
        accounted: source,
        filtered: 0,
        refused: 0,
      });
    }
  }

  /** Kills the node, and starts it again on its data. */
  async killNode(): Promise<void> {
    const { pid, url } = this.#node;
    if (pid === undefined) throw new Error("Only an embedded node can be killed.");
    process.kill(pid, "SIGKILL");
    await this.#node.stop().catch(() => undefined);
    this.#node = await startElasticsearch({ major: 9, dataDir: this.#folder, port: Number(new URL(url).port) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.stop();
    await this.client.close();
    await this.#node.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #config(elasticsearchUrl: string): object {
    return {
      "elasticsearch.host": elasticsearchUrl,
      "service.idling": 1,
      "service.job_cleanup_interval": 5,
      "service.max_concurrent_content_syncs": 4,
      ...this.#options.settings,
      connectors: Object.entries(this.#options.connectors).map(([id, objects]) => ({
        connector_id: id,
        index_name: `search-${id}`,
        salesforce: { base_url: this.simulator.url, ...this.#options.salesforce },
        configuration: {
          domain: "acme",
          client_id: "simulator",
          client_secret: "simulator",
          standard_objects_to_sync: objects,
          ...this.#options.configuration,
        },
      })),
    };
  }

  async #until<T>(what: string, condition: () => Promise<T | false>): Promise<T> {
    const deadline = Date.now() + 180_000;
    for (;;) {
      // The node may be away.
      const found = await condition().catch(() => false as const);
      if (found !== false) return found;
      if (Date.now() > deadline) throw new Error(`${what} did not come in 180 s.`);
      await pause(50);
    }
  }
}
