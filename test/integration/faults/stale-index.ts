import type { Client } from "@elastic/elasticsearch";
import { allDocuments } from "../../support/product.ts";
import type { Outcome } from "./runs.ts";
import type { Scenario } from "./scenarios.ts";

export type Documents = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const withoutIndex: readonly Scenario[] = ["first", "unmapped"];

/** The index of a scenario: what a sync makes of the org, and the same index before the latest changes in the org. */
export class StaleIndex {
  readonly name: string;
  readonly #client: Client;
  readonly #scenario: Scenario;
  #whole: Documents = new Map();

  constructor({ client, name, scenario }: { client: Client; name: string; scenario: Scenario }) {
    this.#client = client;
    this.name = name;
    this.#scenario = scenario;
  }

  /** The index after a sync without a fault. */
  get whole(): Documents {
    return this.#whole;
  }

  async fill(sync: () => Promise<Outcome>): Promise<void> {
    const outcome = await sync();
    if (outcome.status !== "completed" && outcome.status !== "ok")
      throw new Error(`The first sync failed: ${JSON.stringify(outcome)}`);
    this.#whole = await this.documents();
    // With this field, a sync counts the documents of Elastic's connector that have it.
    await this.#client.indices.putMapping({
      index: this.name,
      properties: { _allow_access_control: { type: "keyword" } },
    });
  }

  async documents(): Promise<Documents> {
    if (!(await this.#client.indices.exists({ index: this.name }))) return new Map();
    return allDocuments(this.#client, this.name);
  }

  /**
   * Brings the index back to an earlier state of the org: of each type, one document is missing, one is old, and one is of a record that was
   * deleted since. Returns its documents.
   */
  async makeStale(): Promise<Documents> {
    if (withoutIndex.includes(this.#scenario)) {
      await this.#client.indices.delete({ index: this.name, ignore_unavailable: true });
      if (this.#scenario === "unmapped")
        await this.#client.indices.create({ index: this.name, mappings: { dynamic: false, properties: {} } });
      return new Map();
    }
    const stale = staleVersion(this.#whole);
    const gone = [...(await this.documents()).keys()].filter((id) => !stale.has(id));
    const operations = [
      ...gone.map((_id) => ({ delete: { _id } })),
      ...[...stale].flatMap(([_id, document]) => [{ index: { _id } }, document]),
    ];
    if (operations.length > 0) {
      const { errors } = await this.#client.bulk({ index: this.name, operations, refresh: true });
      if (errors) throw new Error("The stale index could not be written.");
    }
    return this.documents();
  }
}

function staleVersion(whole: Documents): Map<string, Record<string, unknown>> {
  const stale = new Map<string, Record<string, unknown>>([...whole].map(([id, document]) => [id, { ...document }]));
  const types = Map.groupBy(whole, ([, document]) => String(document["object_type"]));
  for (const documents of types.values()) {
    const [missing, old, model] = documents;
    if (missing && old && model) {
      stale.delete(missing[0]);
      const version = "_version_id" in old[1] ? { _version_id: "068000000000000AAA", body: "An older text." } : {};
      stale.set(old[0], { ...old[1], ...version, title: "Old", _fingerprint: "of an older version" });
      const deleted = `${model[0].slice(0, 12)}zzzzzz`;
      stale.set(deleted, { ...model[1], id: deleted });
    }
  }
  return stale;
}
