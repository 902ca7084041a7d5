import type { estypes } from "@elastic/elasticsearch";
import type { ChangeResult, JobStatus, Revision } from "../../connector/stored-connector.ts";
import type { CreatedJob, JobChange, JobStore, NewJob, StoredJob } from "../../jobs/job-store.ts";
import type { ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { connectorDocuments } from "./connector-store.ts";
import { newJobDocument, readJob, writeJobChange } from "./job-document.ts";
import { ProtocolDocuments } from "./protocol-documents.ts";
import { protocolIndices } from "./protocol-indices.ts";

export interface JobDocumentsOptions {
  elasticsearch: ElasticsearchClient;
  alias?: string;
  connectorAlias?: string;
}

/** Jobs as documents in Elasticsearch, shown by Kibana. */
export class JobDocuments implements JobStore {
  readonly #documents: ProtocolDocuments;
  readonly #connectors: ProtocolDocuments;

  constructor({
    elasticsearch,
    alias = protocolIndices.jobs.alias,
    connectorAlias = protocolIndices.connectors.alias,
  }: JobDocumentsOptions) {
    this.#documents = new ProtocolDocuments({ elasticsearch, alias, nouns: { one: "the job", many: "jobs" } });
    this.#connectors = connectorDocuments(elasticsearch, connectorAlias);
  }

  async create(job: NewJob, signal: AbortSignal): Promise<CreatedJob> {
    const connector = await this.#connectors.get(job.connectorId, signal);
    if (!connector) return "no_connector";
    const created = await this.#documents.create(job.id, newJobDocument(job, connector), signal);
    return created ? "created" : "exists";
  }

  async get(id: string, signal: AbortSignal): Promise<StoredJob | undefined> {
    const found = await this.#documents.get(id, signal);
    return found && readJob(found);
  }

  /** Jobs without a creation date come last; jobs of the same age are sorted by id. */
  async list(
    {
      statuses,
      connectorIds,
      newest,
    }: { statuses?: readonly JobStatus[]; connectorIds?: readonly string[]; newest?: number },
    signal: AbortSignal,
  ): Promise<StoredJob[]> {
    if (statuses?.length === 0 || connectorIds?.length === 0) return [];
    const filter: estypes.QueryDslQueryContainer[] = [
      ...(statuses ? [{ terms: { status: [...statuses] } }] : []),
      ...(connectorIds ? [{ terms: { "connector.id": [...connectorIds] } }] : []),
    ];
    const query = { bool: { filter } };
    const found =
      newest === undefined
        ? await this.#documents.search(query, signal)
        : await this.#documents.newest(query, { by: "created_at", count: newest, signal });
    const jobs = found.flatMap((document) => readJob(document) ?? []).sort(byAge);
    return newest === undefined ? jobs : jobs.slice(-newest);
  }

  change(id: string, change: JobChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult> {
    return this.#documents.change(id, writeJobChange(change), at);
  }
}

function byAge(one: StoredJob, other: StoredJob): number {
  const [first, second] = [one.createdAt ?? Infinity, other.createdAt ?? Infinity];
  if (first !== second) return first < second ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
