import type { Client } from "@elastic/elasticsearch";
import { Random } from "../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";
import { AccessWorld, customObjects, detailObjects, standardObjects, type AccessDifferences } from "./access-world.ts";
import { RandomChanges } from "./random-changes.ts";

// Random orgs, synced by the product into a real Elasticsearch, compared for every user and document with what the simulated Salesforce shows.

const withDefaults = [...standardObjects, "Project__c", "Installation__c", "Survey_Response__c"];

/** Low limits, so that small orgs have every kind of token. */
export const lowLimits = { manyRoles: 2, listLimits: { principals: 3, children: 6, lists: 5_000, shortList: 1 } };

export interface RandomAccessOptions {
  readonly seed: string;
  /** The number of records. */
  readonly size: string;
  /** After the first comparison: changes, an access control sync and a comparison, so many times. */
  readonly rounds: number;
  readonly changesOfRound: number;
  readonly client: Client;
  readonly elasticsearchUrl: string;
  readonly index: string;
}

export async function compareRandomOrg(options: RandomAccessOptions): Promise<Omit<AccessDifferences, "found">> {
  const simulator = await startSimulator({ size: options.size, seed: options.seed, objects: caseObjects });
  try {
    return await new RandomAccess(simulator, options).run();
  } finally {
    await simulator.stop();
  }
}

class RandomAccess {
  readonly #simulator: RunningSimulator;
  readonly #options: RandomAccessOptions;
  readonly #world: AccessWorld;
  readonly #random: Random;

  constructor(simulator: RunningSimulator, options: RandomAccessOptions) {
    this.#simulator = simulator;
    this.#options = options;
    this.#world = new AccessWorld({ ...options, simulator, access: lowLimits });
    this.#random = new Random(`access ${options.seed}`);
  }

  async run(): Promise<Omit<AccessDifferences, "found">> {
    const { rounds, changesOfRound, seed } = this.#options;
    const admin = await RestClient.signIn(this.#simulator, "simulator-admin");
    await this.#randomSettings(admin);
    const changes = await RandomChanges.open(this.#simulator, seed);
    await permitDetails(admin);
    await createDetails(this.#simulator, this.#random);
    for (let count = 0; count < changesOfRound; count += 1) await changes.one();
    await this.#world.sync("full");
    const all = [await this.#world.compare()];
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < changesOfRound; count += 1) await changes.one();
      await changes.undelete();
      await this.#world.sync("access_control");
      all.push(await this.#world.compare());
    }
    return {
      pairs: all.reduce((sum, { pairs }) => sum + pairs, 0),
      grants: all.flatMap(({ grants }, round) => grants.map((text) => `round ${round}: ${text}`)),
      denials: all.flatMap(({ denials }, round) => denials.map((text) => `round ${round}: ${text}`)),
      kinds: new Set(all.flatMap(({ kinds }) => [...kinds])),
    };
  }

  async #randomSettings(admin: RestClient): Promise<void> {
    const random = this.#random;
    const models = ["Private", "Private", "Read", "ReadWrite"];
    const pairs = withDefaults.map((name) => {
      const internal = random.pick(models);
      const external = random.pick(models.slice(0, models.indexOf(internal) + 1).concat("Private"));
      return [name, { internal, external }] as const;
    });
    const controlled = random.chance(0.5) ? { Contact: "ControlledByParent" } : {};
    this.#world.withoutHierarchies = customObjects.filter((name) => name !== "Milestone__c" && random.chance(0.3));
    await ok(
      admin.control("POST", "sharing", {
        defaults: { ...Object.fromEntries(pairs), ...controlled },
        without_hierarchies: this.#world.withoutHierarchies,
      }),
    );
    this.#world.restricted = random.chance(0.3) ? ["Installation__c"] : [];
    const rules = this.#world.restricted.map((object) => ({
      object,
      user_criteria: "$User.IsActive = true",
      record_filter: "Name = 'nothing'",
    }));
    await ok(admin.control("POST", "restriction-rules", rules));
  }
}

/** Who reads projects reads the details, too; View All Data gives Read on all objects. */
export async function permitDetails(admin: RestClient): Promise<void> {
  const rows = await admin.records<{ ParentId: string; PermissionsViewAllRecords: boolean }>(
    "SELECT ParentId, PermissionsViewAllRecords FROM ObjectPermissions WHERE SobjectType = 'Project__c' AND Parent.Type != 'Group'",
  );
  const all = await admin.records<{ Id: string }>("SELECT Id FROM PermissionSet WHERE PermissionsViewAllData = true");
  const sets = new Map([
    ...rows.map((row) => [row.ParentId, row.PermissionsViewAllRecords] as const),
    ...all.map(({ Id }) => [Id, true] as const),
  ]);
  for (const [ParentId, PermissionsViewAllRecords] of sets)
    for (const SobjectType of detailObjects)
      await ok(
        admin.rest("POST", "sobjects/ObjectPermissions", {
          ParentId,
          SobjectType,
          PermissionsRead: true,
          PermissionsViewAllRecords,
        }),
      );
}

/** Records of details, of details of details, and of details of records with two masters. */
export async function createDetails(simulator: RunningSimulator, random: Random): Promise<void> {
  const admin = await RestClient.signIn(simulator, "simulator-admin");
  const { database } = simulator.org;
  const any = (object: string): string =>
    String(random.pick(database.rows(`SELECT "Id" FROM "${object}" WHERE "IsDeleted" = 0`))[0]);
  const create = async (object: string, fields: object): Promise<void> =>
    ok(admin.rest("POST", `sobjects/${object}`, { Name: "Detail", ...fields }));
  for (let count = 0; count < 20; count += 1) {
    await create("Visit__c", { Project__c: any("Project__c") });
    await create("Visit_Note__c", { Visit__c: any("Visit__c") });
    await create("Inspection__c", { Account__c: any("Account") });
    await create("Milestone_Note__c", { Milestone__c: any("Milestone__c") });
    await create("Deal_Note__c", { Opportunity__c: any("Opportunity") });
    await create("Milestone__c", { Name: undefined, Project__c: any("Project__c"), Account__c: any("Account") });
  }
}

async function ok(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}
