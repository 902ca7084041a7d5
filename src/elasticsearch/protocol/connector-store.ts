import type { estypes } from "@elastic/elasticsearch";
import type {
  ChangeResult,
  ConnectorChange,
  ConnectorStore,
  Revision,
  StoredConnector,
} from "../../connector/stored-connector.ts";
import type { Clock } from "../../core/clock.ts";
import type { ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { newConnectorDocument, readConnector, writeConnectorChange } from "./connector-document.ts";
import { ProtocolDocuments } from "./protocol-documents.ts";
import { protocolIndices } from "./protocol-indices.ts";

export interface ConnectorDocumentsOptions {
  elasticsearch: ElasticsearchClient;
  clock: Clock;
  alias?: string;
}

/** Connectors as documents in Elasticsearch, shown by Kibana. */
export class ConnectorDocuments implements ConnectorStore {
  readonly #documents: ProtocolDocuments;
  readonly #clock: Clock;

  constructor({ elasticsearch, clock, alias = protocolIndices.connectors.alias }: ConnectorDocumentsOptions) {
    this.#documents = connectorDocuments(elasticsearch, alias);
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
    return this.#documents.create(id, newConnectorDocument(change, this.#clock.now()), signal);
  }

  change(id: string, change: ConnectorChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult> {
    return this.#documents.change(id, writeConnectorChange(change, this.#clock.now()), at);
  }
}

/** The documents of connectors, unparsed. */
export function connectorDocuments(elasticsearch: ElasticsearchClient, alias: string): ProtocolDocuments {
  return new ProtocolDocuments({ elasticsearch, alias, nouns: { one: "the connector", many: "connectors" } });
}
