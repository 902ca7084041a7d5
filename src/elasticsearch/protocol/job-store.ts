import type { Client, estypes } from "@elastic/elasticsearch";
import type { JobStatus } from "../../jobs/job-states.ts";
import type { ChangeResult, JobChange, JobStore, NewJob, Revision, StoredJob } from "../../jobs/ports.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { newJobDocument, readJob, writeJobChange } from "./job-document.ts";
import { ProtocolDocuments } from "./protocol-documents.ts";
import { protocolIndices } from "./protocol-indices.ts";

/** What the store is made of. */
export interface JobDocumentsOptions {
  client: Client;
  caller: ElasticsearchCaller;
  alias?: string;
}

/** Jobs as documents of Elasticsearch, which Kibana shows. */
export class JobDocuments implements JobStore {
  readonly #documents: ProtocolDocuments;

  constructor({ client, caller, alias = protocolIndices.jobs.alias }: JobDocumentsOptions) {
    this.#documents = new ProtocolDocuments({ client, caller, alias, nouns: { one: "the job", many: "jobs" } });
  }

  create(job: NewJob, signal: AbortSignal): Promise<boolean> {
    return this.#documents.create(job.id, newJobDocument(job), signal);
  }

  async get(id: string, signal: AbortSignal): Promise<StoredJob | undefined> {
    const found = await this.#documents.get(id, signal);
    return found && readJob(found);
  }

  /** Those that do not say when they were created come last; of the same age, by their ids. */
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
