import { z } from "zod";
import type { AccessState, AccessStateStore } from "../../sync/access/ports.ts";
import { inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ensureHiddenIndex, readIndexUuid } from "./index-state.ts";

/** One document for each content index, by its name. */
const stateIndex = ".elastic-connectors-state-access";

interface AccessStateOptions {
  readonly elasticsearch: ElasticsearchClient;
  readonly contentIndex: string;
}

/**
 * Keeps the state in an index that the documented API key may use. It belongs to one content index: an index that was deleted and created
 * again has no state.
 */
export class ElasticsearchAccessState implements AccessStateStore {
  readonly #options: AccessStateOptions;

  constructor(options: AccessStateOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal): Promise<AccessState | undefined> {
    const { elasticsearch, contentIndex } = this.#options;
    const doing = `reading the access state of ${contentIndex}`;
    const { state } = await elasticsearch.request(doing, signal, async (client, options) => {
      const request = { index: stateIndex, id: contentIndex };
      const { statusCode, body } = await client.get(request, { ...options, ignore: [404], meta: true });
      return statusCode === 404 ? {} : { state: stateAnswer.parse(body)._source };
    });
    if (state === undefined || state.index_uuid !== (await this.#indexUuid(signal))) return undefined;
    return { lists: state.lists, carriedFields: state.carried_fields };
  }

  async write({ lists, carriedFields }: AccessState, signal: AbortSignal): Promise<void> {
    const { elasticsearch, contentIndex } = this.#options;
    const uuid = await this.#indexUuid(signal);
    if (uuid === undefined) return;
    await ensureHiddenIndex({ elasticsearch, name: stateIndex, signal }, {});
    const document = { index_uuid: uuid, lists, carried_fields: carriedFields };
    await elasticsearch.request(`writing the access state of ${contentIndex}`, signal, async (client, options) =>
      inForm(
        z.object({ result: z.enum(["created", "updated"]) }),
        await client.index({ index: stateIndex, id: contentIndex, document }, options),
      ),
    );
  }

  #indexUuid(signal: AbortSignal): Promise<string | undefined> {
    const { elasticsearch, contentIndex } = this.#options;
    return readIndexUuid({ elasticsearch, name: contentIndex, signal });
  }
}

const stateAnswer = z.object({
  _source: z.object({
    index_uuid: z.string(),
    lists: z.array(z.string()),
    carried_fields: z.record(z.string(), z.array(z.string())),
  }),
});
