import type { Client } from "@elastic/elasticsearch";
import { allDocuments } from "./product.ts";

export type Documents = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The state to which an index is brought: older than the org, without fields and documents, not there, or with older access. */
export type StaleState = "older" | "unmapped" | "missing" | "access";

/** The index of a connector: what a sync makes of the org, and the same index before the latest changes in the org. */
export class StaleIndex {
  readonly name: string;
  readonly #client: Client;
  #whole: Documents = new Map();

  constructor({ client, name }: { client: Client; name: string }) {
    this.#client = client;
    this.name = name;
  }

  /** The index after a sync without a fault. */
  get whole(): Documents {
    return this.#whole;
  }

  /** Keeps the documents that a first sync makes. */
  async fill(sync: () => Promise<unknown>): Promise<void> {
    await this.fillWithoutMapping(sync);
    // With this field, a sync counts the documents of Elastic's connector that have it.
    await this.#client.indices.putMapping({
      index: this.name,
      properties: { _allow_access_control: { type: "keyword" } },
    });
  }

  protected async fillWithoutMapping(sync: () => Promise<unknown>): Promise<void> {
    await sync();
    this.#whole = await this.documents();
  }

  /** The differences between some documents and those that the index should have. */
  differencesTo(found: Documents): string[] {
    return [...new Set([...found.keys(), ...this.#whole.keys()])].flatMap((id) => {
      const [one, other] = [found.get(id), this.#whole.get(id)];
      if (!one) return [`${id} is missing`];
      if (!other) return [`${id} is too many`];
      return isSame(one, other) ? [] : [`${id} differs`];
    });
  }

  async documents(): Promise<Documents> {
    if (!(await this.#client.indices.exists({ index: this.name }))) return new Map();
    return allDocuments(this.#client, this.name);
  }

  /**
   * Brings the index back to an earlier state of the org: of each type, a third of the documents is missing, a third is old, and one is of a record
   * that was deleted since. Returns its documents.
   */
  async makeStale(state: StaleState = "older"): Promise<Documents> {
    if (state !== "older") {
      await this.#client.indices.delete({ index: this.name, ignore_unavailable: true });
      if (state === "unmapped")
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
    for (const [position, [id, document]] of documents.entries()) {
      if (position % 3 === 0) stale.delete(id);
      if (position % 3 === 1) stale.set(id, older(document));
    }
    const model = documents.at(-1);
    if (model) {
      const deleted = `${model[0].slice(0, 12)}zzzzzz`;
      stale.set(deleted, { ...model[1], id: deleted });
    }
  }
  return stale;
}

function older(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const version = "_version_id" in document ? { _version_id: "068000000000000AAA", body: "An older text." } : {};
  return { ...document, ...version, title: "Old", _fingerprint: "of an older version" };
}

/** Documents are read as they were written, so their members have the same order. */
export function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
