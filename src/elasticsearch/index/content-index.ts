import type { estypes } from "@elastic/elasticsearch";
import type { Clock } from "../../core/clock.ts";
import { joinObjects } from "../../core/json.ts";
import type { Logger } from "../../core/logger.ts";
import type { PipelineSettings } from "../../connector/stored-connector.ts";
import type { DocumentIndex, FieldSchema, IndexedDocument, PreparedIndex, WriteOperation } from "../../sync/ports.ts";
import type { EmitRunEvent } from "../../sync/service-events.ts";
import { BulkSink, type BulkSettings } from "../bulk/bulk-sink.ts";
import { countOfAllShards, refreshedOnAllShards } from "../client/all-shards.ts";
import { acknowledgedAnswer, inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ContentIndexError, ElasticsearchRequestError, IndexGoneError } from "../errors.ts";
import { ElasticsearchIndexReader } from "./index-reader.ts";
import { defaultTotalFields, readIndexState, readIndexUuid, type IndexState } from "./index-state.ts";
import { choosePipeline, pipelineFlags, type ChosenPipeline } from "./ingest-pipeline.ts";
import { accessFieldOf } from "./access-field.ts";
import { accessProperties, type MappingProperties } from "./mapping.ts";
import { UnsuitableFieldsError } from "./own-fields.ts";
import { planMapping } from "./plan-mapping.ts";

export interface ContentIndexOptions {
  elasticsearch: ElasticsearchClient;
  /** An index or an alias with one write index. */
  name: string;
  bulk: BulkSettings;
  pipeline: PipelineSettings;
  /** Whether documents carry access fields. Without them, an index whose documents have some is refused. */
  secured: boolean;
  clock: Clock;
  log: Logger;
  emit: EmitRunEvent;
  /** Cancels writing at once. A canceled run writes its queue first. */
  signal: AbortSignal;
}

/** The index with a connector's documents. Created for each run. */
export class ContentIndex implements DocumentIndex {
  readonly #options: ContentIndexOptions;
  readonly #sink: BulkSink;
  #pipeline: ChosenPipeline | undefined;
  #properties: MappingProperties = {};
  /** Of the index that was prepared. */
  #uuid: string | undefined;

  constructor(options: ContentIndexOptions) {
    this.#options = options;
    const { elasticsearch, name, bulk, clock, log, emit, signal } = options;
    this.#sink = new BulkSink({
      elasticsearch,
      index: name,
      settings: bulk,
      clock,
      log,
      emit,
      signal,
      pipelineFor: (operation) => this.#pipelineFor(operation),
      requireIndex: () => this.#requireIndex(),
    });
  }

  async objectTypes(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const state = await this.#state(signal);
    if (!state) return new Map();
    const [unsuitable] = state.unsuitable;
    if (unsuitable) throw new UnsuitableFieldsError(unsuitable.index, unsuitable.fields);
    this.#properties = state.properties;
    if (!this.#options.secured) await this.#refuseRestricted(signal);
    return this.#reader.objectTypes(signal);
  }

  async prepare(
    objects: readonly { name: string; schema: readonly FieldSchema[] }[],
    signal: AbortSignal,
  ): Promise<PreparedIndex> {
    const { elasticsearch, name, pipeline } = this.#options;
    const state = await this.#state(signal);
    const plan = planMapping(objects, {
      existing: state?.properties ?? {},
      totalFields: state?.totalFields ?? defaultTotalFields,
      secured: this.#options.secured,
    });
    this.#pipeline = await choosePipeline(pipeline, { elasticsearch, signal });
    if (!state) await this.#create(plan.additions, signal);
    else if (Object.keys(plan.additions).length > 0) await this.#addFields(plan.additions, signal);
    const prepared = await this.#state(signal);
    if (!prepared) throw new IndexGoneError(name);
    this.#properties = prepared.properties;
    this.#uuid = prepared.uuid;
    if (this.#options.secured) accessFieldOf(this.#properties, name);
    return { overflow: plan.overflow, mappingVersion: plan.versions, warnings: plan.warnings };
  }

  async prepareAccess(signal: AbortSignal): Promise<string> {
    const { name } = this.#options;
    const state = await this.#state(signal);
    if (!state) return "_allow_access_control";
    const missing = Object.entries(accessProperties).filter(([field]) => state.properties[field] === undefined);
    if (missing.length > 0) await this.#addFields(Object.fromEntries(missing), signal);
    this.#properties = { ...state.properties, ...Object.fromEntries(missing) };
    this.#uuid = state.uuid;
    return accessFieldOf(this.#properties, name);
  }

  async #create(additions: MappingProperties, signal: AbortSignal): Promise<void> {
    const { elasticsearch, name, log } = this.#options;
    const properties = additions as Record<string, estypes.MappingProperty>;
    const index = { index: name, settings: indexSettings, mappings: { dynamic: false as const, properties } };
    try {
      await elasticsearch.request(`creating the index ${name}`, signal, async (client, options) =>
        inForm(acknowledgedAnswer, await client.indices.create(index, options)),
      );
      log.info("index created", { index_name: name, fields: Object.keys(additions).length });
    } catch (error) {
      const refused = error instanceof ElasticsearchRequestError && error.status === 400;
      // An attempt whose response was lost has created it.
      if (!refused || !(await this.#state(signal))) throw error;
      await this.#addFields(additions, signal);
    }
  }

  async #addFields(additions: MappingProperties, signal: AbortSignal): Promise<void> {
    const { elasticsearch, name } = this.#options;
    const properties = additions as Record<string, estypes.MappingProperty>;
    await elasticsearch.request(`adding fields to the mapping of ${name}`, signal, async (client, options) =>
      inForm(acknowledgedAnswer, await client.indices.putMapping({ index: name, properties }, options)),
    );
  }

  documents(objectType: string, signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]> {
    return this.#reader.documents(objectType, signal);
  }

  documentsById(ids: readonly string[], signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]> {
    return this.#reader.documentsById(ids, signal);
  }

  relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#reader.relatedIds(fileIds, signal);
  }

  sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#reader.sampleId(objectType, signal);
  }

  write(operation: WriteOperation): Promise<void> {
    return this.#sink.write(operation.extract === true ? this.#withFlags(operation) : operation);
  }

  async flush(): Promise<void> {
    await this.#sink.flush();
    // Also if the index was deleted after the last write.
    await this.#requireIndex();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const { elasticsearch, name } = this.#options;
    const ended = AbortSignal.any([signal, this.#options.signal]);
    await elasticsearch.request(`refreshing ${name}`, ended, async (client, options) =>
      refreshedOnAllShards(await client.indices.refresh({ index: name }, { ...options, ignore: [404] })),
    );
  }

  get #reader(): ElasticsearchIndexReader {
    const { elasticsearch, name } = this.#options;
    return new ElasticsearchIndexReader({ elasticsearch, index: name, properties: this.#properties });
  }

  /** Without document-level security, restricted documents would become visible to everyone who can read the index. */
  async #refuseRestricted(signal: AbortSignal): Promise<void> {
    const restricted = await this.#reader.restricted(signal);
    if (restricted === 0) return;
    throw new ContentIndexError(
      `${restricted} documents of ${this.#options.name} restrict who can see them (_allow_access_control), and document level security is off. This sync would overwrite them without the restriction, visible to everyone who can read the index.`,
      {
        hint: "Turn document level security on (use_document_level_security), or use another index.",
      },
    );
  }

  #pipelineFor({ extract }: WriteOperation): string | undefined {
    return extract === true || this.#pipeline?.forEveryDocument === true ? this.#pipeline?.name : undefined;
  }

  /** Adds the flags for the pipeline, which removes them from the document. */
  #withFlags(operation: WriteOperation): WriteOperation {
    const flags = Buffer.from(JSON.stringify(pipelineFlags(this.#options.pipeline)));
    return { ...operation, body: joinObjects(operation.body, flags) };
  }

  /** Elasticsearch would create a missing index on the first write, with types guessed from values. */
  async #requireIndex(): Promise<void> {
    if (this.#uuid === undefined) return;
    const { elasticsearch, name, signal } = this.#options;
    if ((await readIndexUuid({ elasticsearch, name, signal })) !== this.#uuid) throw new IndexGoneError(name);
  }

  #state(signal: AbortSignal): Promise<IndexState | undefined> {
    const { elasticsearch, name } = this.#options;
    return readIndexState({ elasticsearch, name, signal });
  }
}

/** Terms are compared without case and accents, and split by the rules of Unicode, for text in any language. */
const indexSettings = {
  analysis: {
    analyzer: { default: { type: "custom" as const, tokenizer: "standard", filter: ["lowercase", "asciifolding"] } },
  },
};

/** The number of searchable documents in an index; 0 if it does not exist. */
export async function countDocuments(
  elasticsearch: ElasticsearchClient,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const { count } = await elasticsearch.request(`counting the documents of ${name}`, signal, async (client, options) =>
    countOfAllShards(await client.count({ index: name, ignore_unavailable: true }, options)),
  );
  return count;
}
