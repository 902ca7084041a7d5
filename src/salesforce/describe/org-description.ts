import { z } from "zod";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceRequestError } from "../errors.ts";

// The objects and fields that the integration user may see. Salesforce omits hidden ones, as if they did not exist.
// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm

const globalObject = z.object({
  name: z.string(),
  label: z.string(),
  keyPrefix: z.string().nullable(),
  custom: z.boolean(),
  customSetting: z.boolean(),
  queryable: z.boolean(),
});
const globalAnswer = z.object({ sobjects: z.array(globalObject) });

const field = z.object({
  name: z.string(),
  type: z.string(),
  length: z.number().default(0),
  custom: z.boolean().default(false),
  nameField: z.boolean().default(false),
  /** The field, such as an address, that a component belongs to. */
  compoundFieldName: z.string().nullable().default(null),
  /** Field-level security can hide it. A describe without this says nothing, so a permission is asked for. */
  permissionable: z.boolean().default(true),
  relationshipName: z.string().nullable().default(null),
  referenceTo: z.array(z.string()).default([]),
  /** 0 for the first master of a detail, 1 for the second. */
  relationshipOrder: z.number().nullable().default(null),
});
const childRelationship = z.object({ childSObject: z.string(), relationshipName: z.string().nullable().default(null) });
const objectAnswer = z.object({
  name: z.string(),
  fields: z.array(field).min(1),
  childRelationships: z.array(childRelationship).default([]),
});

/** An object in the list of all objects. */
export type ObjectSummary = z.output<typeof globalObject>;

export type DescribedField = z.output<typeof field>;

export interface ObjectDescription {
  name: string;
  /** The first three characters of its records' ids. */
  idPrefix: string | undefined;
  fields: ReadonlyMap<string, DescribedField>;
  /** The child objects, by the name of the relationship. */
  childRelationships: ReadonlyMap<string, string>;
}

/** The objects that the integration user can see. Each is described once; every run creates a new description. */
export class OrgDescription {
  readonly #client: SalesforceClient;
  readonly #signal: AbortSignal;
  readonly #objects: ReadonlyMap<string, ObjectSummary>;
  readonly #descriptions = new Map<string, Promise<ObjectDescription | undefined>>();

  private constructor({
    client,
    signal,
    objects,
  }: {
    client: SalesforceClient;
    signal: AbortSignal;
    objects: readonly ObjectSummary[];
  }) {
    this.#client = client;
    this.#signal = signal;
    this.#objects = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
  }

  static async create(client: SalesforceClient, signal: AbortSignal): Promise<OrgDescription> {
    const { sobjects } = await client.parsed({ path: client.resource("sobjects") }, signal, globalAnswer);
    return new OrgDescription({ client, signal, objects: sobjects });
  }

  /** The objects that can be queried. */
  get queryable(): ObjectSummary[] {
    return [...this.#objects.values()].filter((object) => object.queryable);
  }

  /** The name is case-insensitive. Undefined if the object is unknown, hidden, or cannot be queried. */
  find(name: string): ObjectSummary | undefined {
    const object = this.#objects.get(name.toLowerCase());
    return object?.queryable === true ? object : undefined;
  }

  /** The name is case-insensitive. Undefined if the object is unknown, hidden, or cannot be queried. */
  describe(name: string): Promise<ObjectDescription | undefined> {
    const object = this.find(name);
    if (!object) return Promise.resolve(undefined);
    let description = this.#descriptions.get(object.name);
    if (!description) {
      description = this.#ask(object.name);
      this.#descriptions.set(object.name, description);
    }
    return description;
  }

  async #ask(name: string): Promise<ObjectDescription | undefined> {
    const path = this.#client.resource(`sobjects/${name}/describe`);
    let answer: z.output<typeof objectAnswer>;
    try {
      answer = await this.#client.parsed({ path }, this.#signal, objectAnswer);
    } catch (error) {
      // The object was deleted or hidden after the list was read.
      if (error instanceof SalesforceRequestError && error.salesforceCode === "NOT_FOUND") return undefined;
      throw error;
    }
    const { fields, childRelationships } = answer;
    return {
      name,
      idPrefix: this.find(name)?.keyPrefix ?? undefined,
      fields: new Map(fields.map((described) => [described.name, described])),
      childRelationships: new Map(
        childRelationships.flatMap(({ relationshipName, childSObject }) =>
          relationshipName === null ? [] : [[relationshipName, childSObject] as const],
        ),
      ),
    };
  }
}

/** The master-detail fields of a detail, the first master's first. */
export function masterFieldsOf({ fields }: ObjectDescription): DescribedField[] {
  const order = ({ relationshipOrder }: DescribedField): number => relationshipOrder ?? 0;
  return [...fields.values()]
    .filter(({ relationshipOrder }) => relationshipOrder !== null)
    .sort((one, other) => order(one) - order(other));
}
