import { errors, type Client } from "@elastic/elasticsearch";
import type { ConnectorDocument, JobDocument, JobStatus, JobType } from "./kibana-documents.ts";
import type { ConnectorIndices } from "./kibana-templates.ts";
import { waitForPrimaries } from "./primaries.ts";

/** A refusal of the connector API, with its status. */
export class KibanaRefusal extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.name = "KibanaRefusal";
    this.status = status;
  }
}

/** A document of the connector index, as the API shows it. */
export type Connector = ConnectorDocument & { id: string };

/** A document of the job index, as the API shows it. */
export type Job = JobDocument & { id: string };

/** Selects jobs; default: all. */
export interface JobFilter {
  connectorId?: string;
  status?: JobStatus;
  jobType?: JobType;
}

/** Reads and writes the two indices. Unlike the API, it shows every change to searches at once, and tries again after a conflict. */
export class KibanaStore {
  readonly #client: Client;
  readonly #indices: ConnectorIndices;

  constructor({ client, indices }: { client: Client; indices: ConnectorIndices }) {
    this.#client = client;
    this.#indices = indices;
  }

  async connector(id: string): Promise<Connector> {
    return { id, ...(await this.#connector(id)).document };
  }

  async job(id: string): Promise<Job> {
    const { _source: document } = await orNotFound(`connector sync job [${id}] not found`, () =>
      this.#onceStarted(this.#indices.jobs, (index) => this.#client.get<JobDocument>({ index, id })),
    );
    if (!document) throw new KibanaRefusal(404, `connector sync job [${id}] not found`);
    return { id, ...document };
  }

  /** Newest first. */
  async jobs({ connectorId, status, jobType }: JobFilter): Promise<Job[]> {
    const terms = Object.entries({ "connector.id": connectorId, status, job_type: jobType });
    const filter = terms.flatMap(([field, value]) => (value === undefined ? [] : { term: { [field]: value } }));
    const { hits } = await this.#onceStarted(this.#indices.jobs, (index) =>
      this.#client.search<JobDocument>({
        index,
        ignore_unavailable: true,
        size: 1000,
        query: { bool: { filter } },
        sort: [{ created_at: "desc" }],
      }),
    );
    return hits.hits.flatMap(({ _id: id, _source: job }) => (job && id !== undefined ? { id, ...job } : []));
  }

  /** True if a connector other than `ownId` has the index and is not marked as deleted. */
  async isIndexTaken(indexName: string, ownId: string | undefined): Promise<boolean> {
    const query = {
      bool: {
        must: [{ term: { index_name: indexName } }],
        must_not: [{ term: { deleted: true } }, { ids: { values: ownId === undefined ? [] : [ownId] } }],
      },
    };
    const { count } = await this.#onceStarted(this.#indices.connectors, (index) =>
      this.#client.count({ index, ignore_unavailable: true, query }),
    );
    return count > 0;
  }

  /** Writes a whole connector, under an id of Elasticsearch's choice unless given. */
  async putConnector(document: object, id?: string): Promise<string> {
    return this.#put(this.#indices.connectors, document, id);
  }

  /** Writes a whole job, under an id of Elasticsearch's choice unless given. */
  async putJob(document: object, id?: string): Promise<string> {
    return this.#put(this.#indices.jobs, document, id);
  }

  /** A partial update: objects are merged, lists replaced. */
  async updateConnector(id: string, doc: object): Promise<void> {
    await orNotFound(`connector [${id}] not found`, () =>
      this.#client.update({ index: this.#indices.connectors, id, doc, refresh: true, retry_on_conflict: 5 }),
    );
  }

  async updateJob(id: string, doc: object): Promise<void> {
    await this.#client.update({ index: this.#indices.jobs, id, doc, refresh: true, retry_on_conflict: 5 });
  }

  async deleteConnector(id: string): Promise<void> {
    await orNotFound(`connector [${id}] not found`, () =>
      this.#client.delete({ index: this.#indices.connectors, id, refresh: true }),
    );
  }

  async deleteJob(id: string): Promise<void> {
    await this.#client.delete({ index: this.#indices.jobs, id, refresh: true });
  }

  async #connector(
    id: string,
  ): Promise<{ document: ConnectorDocument; versions: { if_seq_no: number; if_primary_term: number } }> {
    const notFound = `connector [${id}] not found`;
    const found = await orNotFound(notFound, () =>
      this.#onceStarted(this.#indices.connectors, (index) => this.#client.get<ConnectorDocument>({ index, id })),
    );
    const { _source: document, _seq_no: sequence = 0, _primary_term: term = 0 } = found;
    if (!document) throw new KibanaRefusal(404, notFound);
    return { document, versions: { if_seq_no: sequence, if_primary_term: term } };
  }

  /** Reads an index. A service that creates it meanwhile may not have started its primary yet; writes wait for that themselves. */
  async #onceStarted<Result>(index: string, read: (index: string) => Promise<Result>, attempts = 5): Promise<Result> {
    try {
      return await read(index);
    } catch (error) {
      if (attempts === 1 || !(error instanceof errors.ResponseError) || error.statusCode !== 503) throw error;
      await waitForPrimaries(this.#client, index);
      return this.#onceStarted(index, read, attempts - 1);
    }
  }

  async #put(index: string, document: object, id: string | undefined): Promise<string> {
    const written = await this.#client.index({ index, ...(id !== undefined && { id }), document, refresh: true });
    return written._id;
  }
}

async function orNotFound<Result>(message: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) throw new KibanaRefusal(404, message);
    throw error;
  }
}
