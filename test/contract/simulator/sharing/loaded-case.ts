import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";
import type { Name, Principal, SharingCase, SharingFacts } from "../../../sharing-cases/sharing-case.ts";
import { idOf, RestClient } from "../rest-client.ts";

type Values = Readonly<Record<string, unknown>>;

/** Creates things in the org over its APIs and knows their ids by the names of a case. */
export class CaseOrg {
  readonly simulator: RunningSimulator;
  readonly admin: RestClient;
  readonly ids = new Map<Name, string>();
  readonly #serial: string;
  readonly #shared: Map<string, string>;
  readonly #clients = new Map<Name, RestClient>();

  constructor(parts: { simulator: RunningSimulator; admin: RestClient; serial: string; shared: Map<string, string> }) {
    this.simulator = parts.simulator;
    this.admin = parts.admin;
    this.#serial = parts.serial;
    this.#shared = parts.shared;
  }

  /** A name that no other case uses. */
  unique(name: string): string {
    return `${name}-${this.#serial}`;
  }

  id(name: Name): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`Nothing is named ${name}.`);
    return id;
  }

  async create(object: string, values: Values, client = this.admin): Promise<string> {
    return idOf(await client.rest("POST", `sobjects/${object}`, values));
  }

  /** Creates up to 200 records at once, for the cases with very many. */
  async createAll(records: readonly (Values & { readonly type: string })[]): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < records.length; start += 200) {
      const body = {
        allOrNone: true,
        records: records.slice(start, start + 200).map(({ type, ...values }) => ({ attributes: { type }, ...values })),
      };
      const answer = await this.admin.rest("POST", "composite/sobjects", body);
      const results = answer.body as { id: string; success: boolean }[];
      if (!results.every(({ success }) => success)) throw new Error(`Not created: ${JSON.stringify(answer.body)}`);
      ids.push(...results.map(({ id }) => id));
    }
    return ids;
  }

  async update(object: string, id: string, values: Values): Promise<void> {
    const { status, body } = await this.admin.rest("PATCH", `sobjects/${object}/${id}`, values);
    if (status !== 204) throw new Error(`${object} was not updated: ${status} ${JSON.stringify(body)}`);
  }

  async control(resource: string, body: unknown): Promise<unknown> {
    const answer = await this.admin.control("POST", resource, body);
    if (answer.status !== 200) throw new Error(`${resource}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The id of a row that all cases share. */
  async sharedId(object: string, where: string): Promise<string> {
    const key = `${object} ${where}`;
    const known = this.#shared.get(key) ?? (await this.idWhere(object, where));
    this.#shared.set(key, known);
    return known;
  }

  async idWhere(object: string, where: string): Promise<string> {
    const [row] = await this.admin.records<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${where} LIMIT 1`);
    if (row === undefined) throw new Error(`No ${object} where ${where}`);
    return row.Id;
  }

  /** The id of a user or group, also of a group that Salesforce maintains. */
  principal(principal: Principal): Promise<string> | string {
    const known = this.ids.get(principal);
    if (known !== undefined) return known;
    const [type = "", related] = principal.split(":");
    const of = related === undefined ? "" : ` AND RelatedId = '${this.id(related)}'`;
    return this.idWhere("Group", `Type = '${type}'${of}`);
  }

  /** A fact that no API of Salesforce can set. */
  setColumn(table: string, id: string, assignment: string): void {
    this.simulator.org.database.run(`UPDATE "${table}" SET ${assignment} WHERE "Id" = ?`, [id]);
    this.simulator.org.database.touch(table);
  }

  /** A client that signed in as the user, or tried to. */
  async signIn(user: Name): Promise<RestClient> {
    const known = this.#clients.get(user);
    if (known?.version === this.admin.version) return known;
    const client = await RestClient.signInAs(this.simulator, `${this.unique(user)}@case.example`);
    client.version = this.admin.version;
    this.#clients.set(user, client);
    return client;
  }
}

/** Things that wait for others to exist first. */
export interface Pending {
  readonly name: Name;
  readonly needs: readonly (Name | undefined)[];
  readonly make: () => Promise<string>;
}

/** Makes all things, each after those that it needs. */
export async function makeInOrder(org: CaseOrg, pending: readonly Pending[]): Promise<void> {
  let left = pending;
  while (left.length > 0) {
    const ready = left.filter(({ needs }) => needs.every((name) => name === undefined || org.ids.has(name)));
    if (ready.length === 0) throw new Error(`These need each other: ${left.map(({ name }) => name).join(", ")}`);
    for (const { name, make } of ready) org.ids.set(name, await make());
    left = left.filter(({ name }) => !org.ids.has(name));
  }
}

/** Every object of the cases. */
export const caseObjectNames = [
  "Account",
  "Contact",
  "Opportunity",
  "Lead",
  "Campaign",
  "Case",
  "Project__c",
  "Milestone__c",
  "Visit__c",
  "Visit_Note__c",
  "Inspection__c",
  "Milestone_Note__c",
  "Deal_Note__c",
] as const;

/** The sharing settings of a case. */
export function settingsOf({ facts }: SharingCase): Values {
  const {
    defaults = {},
    withoutHierarchies = [],
    implicitChildRows = "computed",
    apiVersion = 67,
  }: SharingFacts = facts;
  const models = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case", "Project__c"] as const;
  return {
    defaults: Object.fromEntries(
      models.map((object) => {
        const model = defaults[object] ?? "Private";
        const [internal, external] = typeof model === "string" ? [model, model] : model;
        return [object, { internal, external }];
      }),
    ),
    without_hierarchies: withoutHierarchies,
    implicit_child_rows: implicitChildRows,
    newest_api_version: apiVersion,
  };
}
