import type { Client, estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { joinObjects } from "../../core/json.ts";
import type { Logger } from "../../core/logger.ts";
import type { DocumentIndex, FieldSchema, IndexedDocument, PreparedIndex, WriteOperation } from "../../sync/ports.ts";
import type { BulkSettings } from "../bulk/bulk-settings.ts";
import { BulkSink } from "../bulk/bulk-sink.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ContentIndexError } from "../errors.ts";
import { IndexReader } from "./index-reader.ts";
import { choosePipeline, pipelineOrders, type ChosenPipeline, type PipelineSettings } from "./ingest-pipeline.ts";
import type { MappingProperties } from "./mapping.ts";
import { planMapping } from "./plan-mapping.ts";

/** What the content index is made of. */
export interface ContentIndexOptions {
  client: Client;
  caller: ElasticsearchCaller;
  /** An index or an alias with one write index. */
  name: string;
  bulk: BulkSettings;
  pipeline: PipelineSettings;
  clock: Clock;
  log: Logger;
  /** Ends writing at once; a run that is told to stop writes what it has taken first. */
  signal: AbortSignal;
}

interface IndexState {
  properties: MappingProperties;
  totalFields: number;
}

/** Elasticsearch's default. */
const defaultTotalFields = 1000;

/** The index that holds a connector's documents. One object serves one run. */
export class ContentIndex implements DocumentIndex {
  readonly #options: ContentIndexOptions;
  readonly #sink: BulkSink;
  #pipeline: ChosenPipeline | undefined;
  #properties: MappingProperties = {};

  constructor(options: ContentIndexOptions) {
    this.#options = options;
    const { client, caller, name, bulk, clock, log, signal } = options;
    this.#sink = new BulkSink({
      client,
      caller,
      index: name,
      settings: bulk,
      clock,
      log,
      signal,
      pipelineFor: (operation) => this.#pipelineFor(operation),
    });
  }

  async objectTypes(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const state = await this.#state(signal);
    if (!state) return new Map();
    this.#properties = state.properties;
    await this.#refuseToOpen(signal);
    return this.#documents.objectTypes(signal);
  }

  async prepare(
    objects: readonly { name: string; shape: readonly FieldSchema[] }[],
    signal: AbortSignal,
  ): Promise<PreparedIndex> {
    const { client, caller, name, pipeline, log } = this.#options;
    const state = await this.#state(signal);
    const plan = planMapping(objects, {
      existing: state?.properties ?? {},
      totalFields: state?.totalFields ?? defaultTotalFields,
    });
    this.#pipeline = await choosePipeline(pipeline, { client, caller, signal });
    if (!state) {
      await caller.call(`creating the index ${name}`, signal, (aborted) =>
        client.indices.create(
          {
            index: name,
            settings: indexSettings,
            mappings: { dynamic: false, properties: plan.additions as Record<string, estypes.MappingProperty> },
          },
          { signal: aborted },
        ),
      );
      log.info("index created", { index_name: name, fields: Object.keys(plan.additions).length });
    } else if (Object.keys(plan.additions).length > 0) {
      await caller.call(`adding fields to the mapping of ${name}`, signal, (aborted) =>
        client.indices.putMapping(
          { index: name, properties: plan.additions as Record<string, estypes.MappingProperty> },
          { signal: aborted },
        ),
      );
    }
    this.#properties = (await this.#state(signal))?.properties ?? {};
    return { overflow: plan.overflow, mappingVersion: plan.versions, warnings: plan.warnings };
  }

  documents(objectType: string, signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]> {
    return this.#documents.documents(objectType, signal);
  }

  relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#documents.relatedIds(fileIds, signal);
  }

  sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#documents.sampleId(objectType, signal);
  }

  write(operation: WriteOperation): Promise<void> {
    return this.#sink.write(operation.extract === true ? this.#withOrders(operation) : operation);
  }

  flush(): Promise<void> {
    return this.#sink.flush();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const { client, caller, name } = this.#options;
    await caller.call(`refreshing ${name}`, signal, (aborted) =>
      client.indices.refresh({ index: name }, { signal: aborted, ignore: [404] }),
    );
  }

  get #documents(): IndexReader {
    const { client, caller, name } = this.#options;
    return new IndexReader({ client, caller, index: name, properties: this.#properties });
  }

  /** Written anew, a document says nothing of who may see it: everybody who may read the index would. */
  async #refuseToOpen(signal: AbortSignal): Promise<void> {
    const restricted = await this.#documents.restricted(signal);
    if (restricted === 0) return;
    throw new ContentIndexError(
      `${restricted} documents of ${this.#options.name} say who may see them (_allow_access_control); this version would write them without, and open them to everybody who may read the index.`,
      {
        hint: "Name another index. If everybody may see them, turn document level security off in Elastic's connector and let it run a full sync first.",
      },
    );
  }

  #pipelineFor({ extract }: WriteOperation): string | undefined {
    return extract === true || this.#pipeline?.forEveryDocument === true ? this.#pipeline?.name : undefined;
  }

  /** The orders for the pipeline go into the document; it takes them out again. */
  #withOrders(operation: WriteOperation): WriteOperation {
    const orders = Buffer.from(JSON.stringify(pipelineOrders(this.#options.pipeline)));
    return { ...operation, body: joinObjects(operation.body, orders) };
  }

  /** The index as it is, or nothing where there is none. */
  async #state(signal: AbortSignal): Promise<IndexState | undefined> {
    const { client, caller, name } = this.#options;
    const answer = await caller.call(`looking at the index ${name}`, signal, (aborted) =>
      client.indices.get({ index: name, flat_settings: true }, { signal: aborted, ignore: [404], meta: true }),
    );
    if (answer.statusCode === 404) return undefined;
    const indices = Object.entries(indexAnswer.parse(answer.body));
    const writeIndex =
      indices.length === 1 ? indices[0] : indices.find(([, index]) => index.aliases[name]?.is_write_index === true);
    if (!writeIndex) {
      throw new ContentIndexError(`${name} stands for ${indices.length} indices, none of which is its write index.`, {
        hint: "Name one index, or mark one index of the alias as is_write_index.",
      });
    }
    const [, { mappings, settings }] = writeIndex;
    return {
      properties: mappings.properties,
      totalFields: Number(settings["index.mapping.total_fields.limit"] ?? defaultTotalFields),
    };
  }
}

/** Words are compared without case and accents; sentences of any language are split by the rules of Unicode. */
const indexSettings = {
  analysis: {
    analyzer: { default: { type: "custom" as const, tokenizer: "standard", filter: ["lowercase", "asciifolding"] } },
  },
};

const indexAnswer = z.record(
  z.string(),
  z.object({
    mappings: z
      .object({ properties: z.custom<MappingProperties>((value) => typeof value === "object").default({}) })
      .default({ properties: {} }),
    settings: z.record(z.string(), z.unknown()).default({}),
    aliases: z.record(z.string(), z.object({ is_write_index: z.boolean().optional() })).default({}),
  }),
);

/** Documents that searches find in an index; none where there is no index. */
export async function countDocuments(
  { client, caller }: Pick<ContentIndexOptions, "client" | "caller">,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const answer = await caller.call(`counting the documents of ${name}`, signal, (aborted) =>
    client.count({ index: name, ignore_unavailable: true }, { signal: aborted }),
  );
  return answer.count;
}
