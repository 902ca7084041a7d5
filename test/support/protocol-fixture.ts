import { Client } from "@elastic/elasticsearch";
import { afterAll, afterEach, beforeAll, expect, inject, vi } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import type { Major } from "../../embedded-elasticsearch/versions.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { deleteIndices, uniqueIndexPrefix } from "./elasticsearch.ts";
import { Kibana, type KibanaOptions } from "./kibana.ts";
import type { JobDocument } from "./kibana-documents.ts";
import type { Connector, Job } from "./kibana-store.ts";
import { OrgEditor } from "./org-editor.ts";
import { startPrefixProxy, type PrefixProxy } from "./prefix-proxy.ts";
import { connectorApiKey, encodeApiKey, startPrivilegeProxy, type PrivilegeProxy } from "./privilege-proxy.ts";
import type { ApiKey } from "./privilege-proxy-grants.ts";
import { allDocuments } from "./product.ts";
import { ServiceProcess } from "./service-process.ts";

/** The environment of the service in a test file. */
interface ProtocolOptions {
  /** The connectors of the file. Their content indices have the same names. */
  readonly ids: readonly string[];
  readonly size?: string;
  readonly installed?: KibanaOptions["installed"];
  /** Starts a node of this version for the test file, if its project has none. */
  readonly ownNode?: Major;
}

/** Changes to a service's configuration file: more connectors or more keys of one, and settings by dotted key. */
interface ConfigChanges {
  readonly connectors?: readonly object[];
  readonly [setting: string]: unknown;
}

/** Credentials that the simulated org accepts. */
export const credentials = { domain: "acme", client_id: "simulator", client_secret: "simulator" };

/** A connector that does not exist. The number of requests for it is the number of passes of the services. */
const lookout = "lookout";

const finalStatuses: readonly JobDocument["status"][] = ["completed", "canceled", "error"];

/**
 * Kibana, an org and a node for one test file, and services that have only the documented API key. A test fails if Elasticsearch refuses one of
 * their requests, except reading pipelines, which that key does not allow.
 */
export class ProtocolFixture {
  readonly prefix = uniqueIndexPrefix();
  readonly #options: ProtocolOptions;
  #world: World | undefined;

  constructor(options: ProtocolOptions) {
    this.#options = options;
  }

  get client(): Client {
    return this.#there.client;
  }

  get kibana(): Kibana {
    return this.#there.kibana;
  }

  get simulator(): RunningSimulator {
    return this.#there.simulator;
  }

  get editor(): OrgEditor {
    return this.#there.editor;
  }

  get privileges(): PrivilegeProxy {
    return this.#there.privileges;
  }

  /** The services' writes to connectors and jobs. */
  get writes(): PrefixProxy["writes"] {
    return this.#there.prefixes.writes;
  }

  /** The documented key, for the content indices of the file. */
  get key(): ApiKey {
    const [first = "none", ...others] = this.#options.ids.map((id) => this.indexOf(id));
    const indices = others.flatMap((index) => [index, `.search-acl-filter-${index}`]);
    return connectorApiKey("service-key", first, { indices });
  }

  async open(): Promise<void> {
    const { size = "tiny", installed = "indices", ownNode } = this.#options;
    const { prefix } = this;
    const node = ownNode === undefined ? undefined : await startElasticsearch({ major: ownNode });
    const url = node?.url ?? inject("elasticsearchUrl");
    const client = new Client({ node: url, maxRetries: 0, requestTimeout: 60_000 });
    const prefixes = await startPrefixProxy(url, prefix);
    const [simulator, privileges, kibana] = await Promise.all([
      startSimulator({ size, seed: "3" }),
      startPrivilegeProxy(prefixes.url, [this.key]),
      Kibana.create({ client, prefix, installed }),
    ]);
    await client.ingest.putPipeline({ id: this.pipeline, ...textOfFiles });
    const editor = await OrgEditor.open(simulator.url);
    this.#world = { node, client, prefixes, simulator, privileges, kibana, editor };
  }

  async close(): Promise<void> {
    const { simulator, privileges, prefixes, kibana, node } = this.#there;
    await Promise.all([simulator.stop(), privileges.close(), prefixes.close()]);
    await kibana.remove();
    await this.client.ingest.deletePipeline({ id: this.pipeline });
    await deleteIndices(this.client, this.prefix);
    await this.client.close();
    await node?.stop();
  }

  /** Refused requests of the services, except reading pipelines, which the documented key does not allow. */
  get refused(): string[] {
    return this.privileges.refused
      .map(({ method, path }) => `${method} ${path}`)
      .filter((request) => !request.startsWith("GET /_ingest/pipeline/"));
  }

  get pipeline(): string {
    return `${this.prefix}pipeline`;
  }

  indexOf(id: string): string {
    return `${this.prefix}${id}`;
  }

  /** The configuration file of a service with this file's connectors and short intervals. */
  config({ connectors = [], ...settings }: ConfigChanges = {}): object {
    const named = new Set(connectors.map((entry) => ("connector_id" in entry ? entry.connector_id : undefined)));
    const others = [lookout, ...this.#options.ids].filter((id) => !named.has(id)).map((id) => ({ connector_id: id }));
    return {
      "elasticsearch.host": this.privileges.url,
      "elasticsearch.api_key": encodeApiKey(this.key),
      "service.idling": 0.3,
      "service.job_cleanup_interval": 1,
      "service.max_concurrent_content_syncs": 2,
      ...settings,
      connectors: [...others, ...connectors].map((entry) => ({
        "salesforce.base_url": this.simulator.url,
        ...entry,
      })),
    };
  }

  start(name = "service", changes: ConfigChanges = {}): Promise<ServiceProcess> {
    return ServiceProcess.start({ name, config: this.config(changes) });
  }

  /** Creates a connector with an index in Kibana. */
  async create(id: string): Promise<string> {
    const connector = { id, indexName: this.indexOf(id), name: "Salesforce", serviceType: "salesforce" };
    await this.kibana.createConnector(connector);
    const flags = { extract_binary_content: true, reduce_whitespace: true, run_ml_inference: false };
    await this.kibana.setPipeline(id, { name: this.pipeline, ...flags });
    return id;
  }

  /** A configured connector that a running service has connected. */
  async connect(id: string, values: Readonly<Record<string, string | boolean>> = {}): Promise<string> {
    await this.create(id);
    await this.connector(id, ({ status }) => status === "needs_configuration");
    await this.kibana.saveConfiguration(id, { ...credentials, ...values });
    await this.connector(id, ({ status }) => status === "connected");
    return id;
  }

  /** Waits until the connector fulfils the condition. */
  connector(id: string, wanted: (connector: Connector) => boolean, timeout = 60_000): Promise<Connector> {
    return waitFor(() => this.kibana.getConnector(id), { wanted, timeout });
  }

  /** Waits until the job fulfils the condition; default: until it has ended. */
  job(id: string, wanted: (job: Job) => boolean = hasEnded, timeout = 60_000): Promise<Job> {
    return waitFor(() => this.kibana.getJob(id), { wanted, timeout });
  }

  /** Waits until the running services have completed this number of passes in total. */
  async passes(count: number): Promise<void> {
    const looked = (): number => this.privileges.passed.filter(({ path }) => path.endsWith(`/_doc/${lookout}`)).length;
    // A pass of a service has three loops.
    const wanted = looked() + 3 * count;
    await vi.waitFor(() => expect(looked()).toBeGreaterThanOrEqual(wanted), { timeout: 60_000, interval: 50 });
  }

  /** Syncs a connector and waits for the end. */
  async sync(id: string): Promise<Job> {
    return this.job(await this.kibana.startSync(id));
  }

  documents(id: string): Promise<Map<string, Record<string, unknown>>> {
    return allDocuments(this.client, this.indexOf(id));
  }

  /** Sets the org's faults. Replaces earlier ones. */
  async faults(list: readonly object[]): Promise<void> {
    const answer = await fetch(`${this.simulator.url}/__simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(list),
    });
    if (!answer.ok) throw new Error(`The faults were refused: ${await answer.text()}`);
  }

  get #there(): World {
    if (!this.#world) throw new Error("The fixture is there once the tests run.");
    return this.#world;
  }
}

interface World {
  readonly node: RunningElasticsearch | undefined;
  readonly client: Client;
  readonly prefixes: PrefixProxy;
  readonly simulator: RunningSimulator;
  readonly privileges: PrivilegeProxy;
  readonly kibana: Kibana;
  readonly editor: OrgEditor;
}

/** An operator's own pipeline. The documented key may use it, but not read it. */
const textOfFiles = {
  processors: [
    { attachment: { field: "_attachment", target_field: "_extracted", indexed_chars: -1, ignore_missing: true } },
    { set: { field: "body", copy_from: "_extracted.content", ignore_empty_value: true } },
    {
      remove: {
        field: ["_attachment", "_extracted", "_attachment_indexed_chars"],
        ignore_missing: true,
      },
    },
    {
      remove: {
        field: ["_extract_binary_content", "_reduce_whitespace", "_run_ml_inference"],
        ignore_missing: true,
      },
    },
  ],
};

/** Sets a fixture up before the first test of the file and takes it down after the last. */
export function useProtocol(options: ProtocolOptions): ProtocolFixture {
  const fixture = new ProtocolFixture(options);
  beforeAll(() => fixture.open());
  afterEach(async () => {
    await fixture.faults([]);
    expect(fixture.refused).toEqual([]);
  });
  afterAll(() => fixture.close());
  return fixture;
}

function hasEnded({ status }: Job): boolean {
  return finalStatuses.includes(status);
}

function waitFor<Thing>(
  read: () => Promise<Thing>,
  { wanted, timeout }: { wanted: (thing: Thing) => boolean; timeout: number },
): Promise<Thing> {
  return vi.waitFor(
    async () => {
      const thing = await read();
      if (!wanted(thing)) throw new Error(`The condition was not fulfilled in time: ${JSON.stringify(thing, null, 1)}`);
      return thing;
    },
    { timeout, interval: 50 },
  );
}
