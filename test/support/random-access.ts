import type { Client } from "@elastic/elasticsearch";
import { Random } from "../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { fileObjectType } from "../../src/sync/file-document.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";
import { AccessComparison } from "./access-comparison.ts";
import { allDocuments, syncProduct } from "./product.ts";
import { RandomChanges } from "./random-changes.ts";

// Random orgs, synced by the product into a real Elasticsearch, compared for every user and document with what the simulated Salesforce shows.

const standard = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case"];
const custom = ["Project__c", "Milestone__c", "Installation__c", "Survey_Response__c"];
const details = caseObjects.map(({ name }) => name);
const withDefaults = [...standard, "Project__c", "Installation__c", "Survey_Response__c"];

/** Low limits, so that small orgs have every kind of token. */
const lowLimits = { manyRoles: 2, listLimits: { principals: 3, children: 6, lists: 5_000, shortList: 1 } };

export interface AccessDifferences {
  pairs: number;
  grants: string[];
  denials: string[];
  /** The kinds of tokens on documents, such as `via`. */
  kinds: Set<string>;
}

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

export async function compareRandomOrg(options: RandomAccessOptions): Promise<AccessDifferences> {
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
  readonly #random: Random;
  #withoutHierarchies: string[] = [];
  #restricted: string[] = [];

  constructor(simulator: RunningSimulator, options: RandomAccessOptions) {
    this.#simulator = simulator;
    this.#options = options;
    this.#random = new Random(`access ${options.seed}`);
  }

  async run(): Promise<AccessDifferences> {
    const { rounds, changesOfRound, seed } = this.#options;
    const admin = await RestClient.signIn(this.#simulator, "simulator-admin");
    await this.#randomSettings(admin);
    const changes = await RandomChanges.open(this.#simulator, seed);
    await this.#permitDetails(admin);
    await this.#createDetails(admin);
    for (let count = 0; count < changesOfRound; count += 1) await changes.one();
    const total: AccessDifferences = { pairs: 0, grants: [], denials: [], kinds: new Set() };
    await this.#sync("full");
    await this.#compare(total);
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < changesOfRound; count += 1) await changes.one();
      await changes.undelete();
      await this.#sync("access_control");
      await this.#compare(total, `after round ${round + 1}: `);
    }
    return total;
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
    this.#withoutHierarchies = custom.filter((name) => name !== "Milestone__c" && random.chance(0.3));
    await ok(
      admin.control("POST", "sharing", {
        defaults: { ...Object.fromEntries(pairs), ...controlled },
        without_hierarchies: this.#withoutHierarchies,
      }),
    );
    this.#restricted = random.chance(0.3) ? ["Installation__c"] : [];
    const rules = this.#restricted.map((object) => ({
      object,
      user_criteria: "$User.IsActive = true",
      record_filter: "Name = 'nothing'",
    }));
    await ok(admin.control("POST", "restriction-rules", rules));
  }

  /** Who reads projects reads the details, too; View All Data gives Read on all objects. */
  async #permitDetails(admin: RestClient): Promise<void> {
    const rows = await admin.records<{ ParentId: string; PermissionsViewAllRecords: boolean }>(
      "SELECT ParentId, PermissionsViewAllRecords FROM ObjectPermissions WHERE SobjectType = 'Project__c' AND Parent.Type != 'Group'",
    );
    const all = await admin.records<{ Id: string }>("SELECT Id FROM PermissionSet WHERE PermissionsViewAllData = true");
    const sets = new Map([
      ...rows.map((row) => [row.ParentId, row.PermissionsViewAllRecords] as const),
      ...all.map(({ Id }) => [Id, true] as const),
    ]);
    for (const [ParentId, PermissionsViewAllRecords] of sets)
      for (const SobjectType of details)
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
  async #createDetails(admin: RestClient): Promise<void> {
    const database = this.#simulator.org.database;
    const any = (object: string): string =>
      String(this.#random.pick(database.rows(`SELECT "Id" FROM "${object}" WHERE "IsDeleted" = 0`))[0]);
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

  async #sync(type: "full" | "access_control"): Promise<void> {
    const { elasticsearchUrl, index } = this.#options;
    const hierarchies = [...custom, ...details].filter((name) => !this.#withoutHierarchies.includes(name));
    const { status, error } = await syncProduct({
      salesforceUrl: this.#simulator.url,
      elasticsearchUrl,
      index,
      type,
      salesforce: { objects_with_hierarchies: hierarchies },
      access: lowLimits,
      allowDeletes: true,
      configuration: {
        client_id: "simulator-admin",
        client_secret: "simulator-admin",
        use_document_level_security: true,
        sync_custom_objects: true,
        custom_objects_to_sync: "*",
      },
    });
    if (status !== "completed") throw new Error(`The sync ended with ${status}: ${error ?? ""}`);
  }

  async #compare(total: AccessDifferences, when = ""): Promise<void> {
    const { client, index } = this.#options;
    const objects = [...standard, ...custom, ...details, fileObjectType];
    const comparison = new AccessComparison({ elasticsearch: client, index, objects });
    const documents = await allDocuments(client, index);
    for (const document of documents.values())
      for (const token of [allowed(document, ""), allowed(document, "_first"), allowed(document, "_second")].flat())
        total.kinds
          .add(
            token
              .split(":")
              .slice(2)
              .find((word) => word !== "internal") ?? "",
          )
          .add(token.includes(":internal:") ? "internal" : "");
    for (const [userId] of this.#simulator.org.database.rows(`SELECT "Id" FROM "User"`)) {
      const user = String(userId);
      const found = (await comparison.found({ id: user })) ?? new Set();
      const seen = this.#seen(user);
      for (const id of documents.keys()) {
        total.pairs += 1;
        if (found.has(id) === seen.has(id)) continue;
        if (found.has(id)) total.grants.push(`${when}${user} finds ${id}`);
        else if (!this.#isHidden(user, id)) total.denials.push(`${when}${user} does not find ${id}`);
      }
    }
  }

  /** What queries of the user return. */
  #seen(user: string): Set<string> {
    const { org } = this.#simulator;
    const access = org.userAccess(user);
    const seen = new Set<string>();
    if (!this.#maySignIn(user)) return seen;
    for (const name of [...standard, ...custom, ...details, fileObjectType]) {
      const object = org.schema.get(name);
      if (!access.on(object).read) continue;
      const condition = org.visibility.condition(access, object, "o")?.sql ?? "1";
      for (const [id] of org.database.rows(`SELECT o."Id" FROM "${name}" o WHERE o."IsDeleted" = 0 AND ${condition}`))
        seen.add(String(id));
    }
    return seen;
  }

  #maySignIn(user: string): boolean {
    const [row] = this.#simulator.org.database.rows(
      `SELECT u."IsActive", coalesce((SELECT max("IsFrozen") FROM "UserLogin" l WHERE l."UserId" = u."Id"), 0), u."UserType" FROM "User" u WHERE u."Id" = '${user}'`,
    );
    const signsIn = /^(?:Standard|CsnOnly|PowerPartner|PowerCustomerSuccess|CustomerSuccess|CspLitePortal)$/u;
    return row?.[0] === 1 && row[1] === 0 && signsIn.test(String(row[2]));
  }

  /** What the report names as hidden: docs/access-control.md, "What stays hidden". */
  #isHidden(user: string, id: string): boolean {
    const { database } = this.#simulator.org;
    const [row] = database.rows(`SELECT "UserType" FROM "User" WHERE "Id" = '${user}'`);
    if (row?.[0] === "CspLitePortal") return true;
    if (this.#restricted.length > 0 && id.startsWith("a02")) return true;
    if (this.#worksAboveNestedTerritory(user) || this.#isOpenedToAccountOwner(id)) return true;
    if (!id.startsWith("069")) return false;
    const restricted = this.#restricted.length > 0 ? ` OR "LinkedEntityId" LIKE 'a02%'` : "";
    const links = database.rows(
      `SELECT 1 FROM "ContentDocumentLink" WHERE "ContentDocumentId" = '${id}' AND ("LinkedEntityId" IN (SELECT "Id" FROM "CollaborationGroup" WHERE "CollaborationType" = 'Public')${restricted})`,
    );
    return links.length > 0 || this.#simulator.org.userAccess(user).has("ViewAllData");
  }

  /** A territory inside of a public group brings its own users, not those of the territories above. */
  #worksAboveNestedTerritory(user: string): boolean {
    const { database } = this.#simulator.org;
    const nested = database.rows(
      `SELECT 1 FROM "GroupMember" m JOIN "Group" g ON g."Id" = m."UserOrGroupId" WHERE g."Type" IN ('Territory', 'TerritoryAndSubordinates')`,
    );
    if (nested.length === 0) return false;
    return database.rows(`SELECT 1 FROM "UserTerritory2Association" WHERE "UserId" = '${user}'`).length > 0;
  }

  /** An account owner sees the account's children by the owner's role only, not by a second row that names the owner. */
  #isOpenedToAccountOwner(id: string): boolean {
    const object = { "003": "Contact", "006": "Opportunity", "500": "Case" }[id.slice(0, 3)];
    if (object === undefined) return false;
    const rows = this.#simulator.org.database.rows(
      `SELECT 1 FROM "${object}" c JOIN "Account" a ON a."Id" = c."AccountId" JOIN "AccountShare" s ON s."AccountId" = a."Id" AND s."UserOrGroupId" = a."OwnerId" AND s."RowCause" <> 'Owner' WHERE c."Id" = '${id}'`,
    );
    return rows.length > 0;
  }
}

const allowed = (document: Record<string, unknown>, suffix: string): string[] =>
  (document[`_allow_access_control${suffix}`] ?? []) as string[];

async function ok(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}
