import type { Client, estypes } from "@elastic/elasticsearch";
import { systemClock, type Clock } from "../../core/clock.ts";
import type { ChangeResult, ConnectorChange, ConnectorStore, Revision, StoredConnector } from "../../jobs/ports.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { newConnectorDocument, readConnector, writeConnectorChange } from "./connector-document.ts";
import { mergeObjects } from "./merge-objects.ts";
import { ProtocolDocuments } from "./protocol-documents.ts";
import { protocolIndices } from "./protocol-indices.ts";

/** What the store is made of. */
export interface ConnectorDocumentsOptions {
  client: Client;
  caller: ElasticsearchCaller;
  alias?: string;
  /** Dates the sync rules of a connector that is made here. */
  clock?: Clock;
}

/** Connectors as documents of Elasticsearch, which Kibana shows. */
export class ConnectorDocuments implements ConnectorStore {
  readonly #documents: ProtocolDocuments;
  readonly #clock: Clock;

  constructor(options: ConnectorDocumentsOptions) {
    const { client, caller, alias = protocolIndices.connectors.alias, clock = systemClock } = options;
    this.#documents = new ProtocolDocuments({
      client,
      caller,
      alias,
      nouns: { one: "the connector", many: "connectors" },
    });
    this.#clock = clock;
  }

  /** In the order of their ids. */
  async list(
    { ids, serviceTypes, indexName }: { ids: readonly string[]; serviceTypes: readonly string[]; indexName?: string },
    signal: AbortSignal,
  ): Promise<StoredConnector[]> {
    if (ids.length === 0 && serviceTypes.length === 0 && indexName === undefined) return [];
    const selfManaged: estypes.QueryDslQueryContainer = {
      bool: {
        filter: [{ terms: { service_type: [...serviceTypes] } }],
        must_not: [{ term: { is_native: true } }],
      },
    };
    const should: estypes.QueryDslQueryContainer[] = [{ ids: { values: [...ids] } }, selfManaged];
    if (indexName !== undefined) should.push({ term: { index_name: indexName } });
    const found = await this.#documents.search({ bool: { should, minimum_should_match: 1 } }, signal);
    return found.map(readConnector).sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async get(id: string, signal: AbortSignal): Promise<StoredConnector | undefined> {
    const found = await this.#documents.get(id, signal);
    return found && readConnector(found);
  }

  create(id: string, change: ConnectorChange, signal: AbortSignal): Promise<boolean> {
    const { merged, replaced } = writeConnectorChange(change);
    const document = { ...mergeObjects(newConnectorDocument(this.#clock.now()), merged), ...replaced };
    return this.#documents.create(id, document, signal);
  }

  change(id: string, change: ConnectorChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult> {
    return this.#documents.change(id, writeConnectorChange(change), at);
  }
}
