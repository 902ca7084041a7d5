import type { Client } from "@elastic/elasticsearch";
import type { JsonObject } from "../../src/core/json.ts";
import { writtenConfiguration } from "./kibana-configuration.ts";
import {
  editedDraft,
  instant,
  newConnectorDocument,
  newJobDocument,
  targetIndex,
  type DraftChange,
  type JobType,
  type NewConnector,
  type Pipeline,
  type Schedule,
} from "./kibana-documents.ts";
import { KibanaRefusal, KibanaStore, type Connector, type Job, type JobFilter } from "./kibana-store.ts";
import { connectorIndices, connectorTemplates, type ConnectorIndices } from "./kibana-templates.ts";

/** The target of the stand-in. */
export interface KibanaOptions {
  readonly client: Client;
  /**
   * A prefix of the names of indices and templates, so that test files can run in parallel on one node. Without it, the real names are used,
   * which requires a separate node.
   */
  readonly prefix?: string;
  /**
   * The initial content of the cluster. Default: templates and indices. Only the templates: a real cluster before its first connector. Nothing:
   * a cluster after its templates were removed.
   */
  readonly installed?: "indices" | "templates" | "nothing";
  /** Milliseconds since 1970; the machine's clock unless given. */
  readonly now?: () => number;
}

/**
 * An administrator in Kibana. It writes the same documents as Kibana and Elasticsearch's connector API, changes the connector's status like
 * they do, and refuses the same requests (`KibanaRefusal`). It never does the work of the service.
 */
export class Kibana {
  readonly indices: ConnectorIndices;
  readonly #client: Client;
  readonly #store: KibanaStore;
  readonly #prefix: string;
  readonly #now: () => string;

  private constructor({ client, prefix = "", now = () => Date.now() }: KibanaOptions) {
    this.indices = connectorIndices(prefix);
    this.#client = client;
    this.#store = new KibanaStore({ client, indices: this.indices });
    this.#prefix = prefix;
    this.#now = () => instant(now());
  }

  static async create(options: KibanaOptions): Promise<Kibana> {
    const kibana = new Kibana(options);
    const { installed = "indices" } = options;
    if (installed !== "nothing") await kibana.#putTemplates();
    if (installed === "indices") await kibana.#createIndices();
    return kibana;
  }

  /** Removes templates and indices, with all connectors and jobs. */
  async remove(): Promise<void> {
    const { connectors, jobs } = this.indices;
    for (const index of [connectors, jobs]) await this.#client.indices.delete({ index, ignore_unavailable: true });
    for (const { name } of connectorTemplates(this.#prefix))
      await this.#client.indices.deleteIndexTemplate({ name }, { ignore: [404] });
  }

  /** `POST /_connector`; with an id `PUT /_connector/{id}`, which replaces an existing connector. Returns the id. */
  async createConnector({ id, ...connector }: NewConnector & { id?: string } = {}): Promise<string> {
    await this.#refuseTakenIndex(connector.indexName, id);
    return this.#store.putConnector(newConnectorDocument(connector, this.#now()), id);
  }

  /** As `GET /_connector/{id}` shows it. */
  async getConnector(id: string, { includeDeleted = false } = {}): Promise<Connector> {
    const connector = await this.#store.connector(id);
    if (connector.deleted && !includeDeleted) throw new KibanaRefusal(404, `connector [${id}] not found`);
    return connector;
  }

  /** Saves values of the configuration form. The service must have registered the fields. */
  async saveConfiguration(id: string, values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    const { configuration } = await this.getConnector(id);
    const unknown = Object.keys(values).filter((key) => !(key in configuration));
    if (unknown.length > 0)
      throw new KibanaRefusal(400, `Unknown [configuration] fields in the request payload: [${unknown.join(", ")}].`);
    const changes = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
    await this.#store.updateConnector(id, { configuration: changes, status: "configured" });
  }

  /** Sets schedules. Other types of sync keep theirs. */
  async setScheduling(id: string, scheduling: Readonly<Partial<Record<JobType, Schedule>>>): Promise<void> {
    for (const { interval } of Object.values(scheduling))
      if (!/^\S+( +\S+){5,6}$/.test(interval)) throw new KibanaRefusal(400, `invalid cron expression [${interval}]`);
    await this.#store.updateConnector(id, { scheduling });
  }

  async setPipeline(id: string, pipeline: Pipeline): Promise<void> {
    await this.#store.updateConnector(id, { pipeline });
  }

  /** Saves sync rules as a draft, which the service validates. A missing part of rules and snippet stays as it is. */
  async saveDraftRules(id: string, change: DraftChange): Promise<void> {
    const [filtering] = (await this.getConnector(id)).filtering;
    if (!filtering) throw new KibanaRefusal(400, `connector [${id}] has no filtering`);
    const draft = editedDraft(filtering.draft, change, this.#now());
    await this.#store.updateConnector(id, { filtering: [{ ...filtering, draft }] });
  }

  /** Attaches a content index; null detaches it. */
  async setIndexName(id: string, indexName: string | null): Promise<void> {
    await this.#refuseTakenIndex(indexName ?? undefined, id);
    await this.getConnector(id);
    await this.#store.updateConnector(id, { index_name: indexName });
  }

  /** Unless it was just created, the connector then needs its configuration again. */
  async setServiceType(id: string, serviceType: string): Promise<void> {
    const { status } = await this.getConnector(id);
    const next = status === "created" ? "created" : "needs_configuration";
    await this.#store.updateConnector(id, { service_type: serviceType, status: next });
  }

  /** Features that an administrator may switch off by hand. */
  async setFeatures(id: string, features: JsonObject): Promise<void> {
    await this.#store.updateConnector(id, { features });
  }

  /** Marks the connector as deleted, or removes its document. Its jobs stay unless the options delete them too. */
  async deleteConnector(id: string, { hard = false, withJobs = false } = {}): Promise<void> {
    if (!hard) await this.getConnector(id);
    await (hard ? this.#store.deleteConnector(id) : this.#store.updateConnector(id, { deleted: true }));
    if (!withJobs) return;
    for (const job of await this.listJobs({ connectorId: id })) await this.#store.deleteJob(job.id);
  }

  /** Requests a sync, as the buttons do. Returns the job's id. */
  async startSync(
    connectorId: string,
    jobType: JobType = "full",
    { triggerMethod = "on_demand" }: { triggerMethod?: "on_demand" | "scheduled" } = {},
  ): Promise<string> {
    // A connector that is marked as deleted can be synced, because the API does not check that.
    const connector = await this.getConnector(connectorId, { includeDeleted: true });
    const configuration = writtenConfiguration(connector.configuration);
    if (configuration === undefined) throw new KibanaRefusal(400, "Failed to parse a connector document.");
    const cannot = `Cannot start a sync for connector [${connectorId}] with`;
    if (!targetIndex(connector, jobType)) throw new KibanaRefusal(400, `${cannot} no index attached.`);
    if (!connector.service_type) throw new KibanaRefusal(400, `${cannot} [service_type] not defined.`);
    return this.#store.putJob(
      newJobDocument({ connectorId, connector, configuration, jobType, triggerMethod }, this.#now()),
    );
  }

  async getJob(id: string): Promise<Job> {
    return this.#store.job(id);
  }

  /** Newest first. */
  async listJobs(filter: JobFilter = {}): Promise<Job[]> {
    return this.#store.jobs(filter);
  }

  /** Cancels one job: at once if it is not running, else by a request to its worker. */
  async cancelSync(jobId: string): Promise<void> {
    const { status } = await this.getJob(jobId);
    const now = this.#now();
    if (status === "pending" || status === "suspended") {
      const times = { cancelation_requested_at: now, canceled_at: now, completed_at: now };
      await this.#store.updateJob(jobId, { status: "canceled", ...times });
    } else if (status === "in_progress") {
      await this.#store.updateJob(jobId, { status: "canceling", cancelation_requested_at: now });
    } else {
      throw new KibanaRefusal(400, `Invalid transition attempt from [${status}] to [canceling].`);
    }
  }

  /** The button that cancels a connector's syncs: every pending and running job, one by one. */
  async cancelAll(connectorId: string): Promise<void> {
    for (const status of ["pending", "in_progress", "suspended"] as const)
      for (const { id } of await this.listJobs({ connectorId, status })) await this.cancelSync(id);
    await this.#store.updateConnector(connectorId, {
      last_access_control_sync_status: "canceled",
      last_sync_status: "canceled",
    });
  }

  /** Stores any document under a connector's id, even one that the API would refuse. */
  async putRawConnector(id: string, document: object): Promise<void> {
    await this.#store.putConnector(document, id);
  }

  /** Stores any document under a job's id. */
  async putRawJob(id: string, document: object): Promise<void> {
    await this.#store.putJob(document, id);
  }

  async #putTemplates(): Promise<void> {
    for (const template of connectorTemplates(this.#prefix)) await this.#client.indices.putIndexTemplate(template);
  }

  async #createIndices(): Promise<void> {
    for (const index of [this.indices.connectors, this.indices.jobs])
      if (!(await this.#client.indices.exists({ index }))) await this.#client.indices.create({ index });
  }

  /** Two connectors cannot write to one index. */
  async #refuseTakenIndex(indexName: string | undefined, ownId: string | undefined): Promise<void> {
    if (indexName !== undefined && (await this.#store.isIndexTaken(indexName, ownId)))
      throw new KibanaRefusal(400, `Index name [${indexName}] is used by another connector.`);
  }
}
