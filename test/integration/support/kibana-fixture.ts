import { afterAll, beforeAll, expect } from "vitest";
import { elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { Kibana } from "../../support/kibana.ts";
import { instant } from "../../support/kibana-documents.ts";

/** A configuration field that the service registers. */
export const domain = {
  label: "Domain",
  type: "str",
  display: "text",
  required: true,
  sensitive: false,
  order: 1,
  value: "",
};

/** The stand-in on the indices of one test file, with a clock that the test advances. */
export interface KibanaFixture {
  readonly client: ReturnType<typeof elasticsearchClient>;
  readonly prefix: string;
  readonly kibana: Kibana;
  /** The time of the stand-in's clock. */
  now(): string;
  /** Advances the clock. */
  pass(ms: number): void;
  /** Creates a connector that the service has prepared. Returns its id. */
  registeredConnector(id: string): Promise<string>;
}

/** Sets the stand-in up before the first test of the file and takes it down after the last. */
export function useKibana(): KibanaFixture {
  const client = elasticsearchClient();
  const prefix = uniqueIndexPrefix();
  let clock = Date.parse("2026-03-01T12:00:00Z");
  let kibana: Kibana | undefined;
  beforeAll(async () => {
    kibana = await Kibana.create({ client, prefix, now: () => clock });
  });
  afterAll(async () => {
    await kibana?.remove();
    await client.close();
  });
  return {
    client,
    prefix,
    get kibana() {
      if (!kibana) throw new Error("The stand-in exists only while tests run.");
      return kibana;
    },
    now: () => instant(clock),
    pass: (ms) => void (clock += ms),
    async registeredConnector(id) {
      await this.kibana.createConnector({
        id,
        indexName: `${prefix}${id}`,
        name: "Salesforce",
        serviceType: "salesforce",
      });
      const { id: _, ...document } = await this.kibana.getConnector(id);
      await this.kibana.putRawConnector(id, { ...document, configuration: { domain }, status: "needs_configuration" });
      return id;
    },
  };
}

/** A refusal by the stand-in, for `toMatchObject`. */
export function refusal(status: number, message: RegExp): object {
  return { name: "KibanaRefusal", status, message: expect.stringMatching(message) as string };
}
