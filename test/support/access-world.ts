import type { Client } from "@elastic/elasticsearch";
import type { RunningSimulator } from "../../simulator/start-simulator.ts";
import type { AccessSettings } from "../../src/app/sync-settings.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { RunReport } from "../../src/sync/report.ts";
import { fileObjectType } from "../../src/sync/file-document.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { AccessComparison } from "./access-comparison.ts";
import { allDocuments, syncProduct, type ProductSync } from "./product.ts";

export const standardObjects = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case"];
export const customObjects = ["Project__c", "Milestone__c", "Installation__c", "Survey_Response__c"];
export const detailObjects = caseObjects.map(({ name }) => name);
const allObjects = [...standardObjects, ...customObjects, ...detailObjects, fileObjectType];

interface AccessWorldOptions {
  readonly simulator: RunningSimulator;
  readonly client: Client;
  readonly elasticsearchUrl: string;
  readonly index: string;
  readonly access?: Partial<AccessSettings>;
  /** More settings of the file, by dotted key. */
  readonly settings?: Record<string, unknown>;
}

export interface AccessDifferences {
  readonly pairs: number;
  readonly grants: string[];
  readonly denials: string[];
  /** What each user finds. */
  readonly found: ReadonlyMap<string, ReadonlySet<string>>;
  /** The kinds of tokens on documents, such as `via`. */
  readonly kinds: ReadonlySet<string>;
}

/** A simulated org with `caseObjects`, synced by the product into an index, and the comparison of every user with every document. */
export class AccessWorld {
  /** Custom objects without "Grant Access Using Hierarchies". */
  withoutHierarchies: readonly string[] = [];
  /** Custom objects with an active restriction rule. */
  restricted: readonly string[] = [];
  readonly #simulator: RunningSimulator;
  readonly #options: AccessWorldOptions;

  constructor(options: AccessWorldOptions) {
    this.#simulator = options.simulator;
    this.#options = options;
  }

  /** @throws if the sync does not complete */
  async sync(type: "full" | "access_control", clock?: Clock): Promise<RunReport> {
    const report = await this.attempt(type, { ...(clock && { clock }) });
    if (report.status !== "completed") throw new Error(`The sync ended with ${report.status}: ${report.error ?? ""}`);
    return report;
  }

  /** Runs a sync, which may fail. */
  attempt(type: "full" | "access_control", options: Pick<ProductSync, "clock" | "signal"> = {}): Promise<RunReport> {
    const { elasticsearchUrl, index, access, settings } = this.#options;
    const hierarchies = [...customObjects, ...detailObjects].filter((name) => !this.withoutHierarchies.includes(name));
    return syncProduct({
      salesforceUrl: this.#simulator.url,
      elasticsearchUrl,
      index,
      type,
      salesforce: { objects_with_hierarchies: hierarchies },
      ...(access && { access }),
      ...(settings && { settings }),
      ...options,
      allowDeletes: true,
      configuration: {
        client_id: "simulator-admin",
        client_secret: "simulator-admin",
        use_document_level_security: true,
        sync_custom_objects: true,
        custom_objects_to_sync: "*",
      },
    });
  }

  /** Compares what each user finds with what Salesforce returns to the user, for every document. */
  async compare(): Promise<AccessDifferences> {
    const { client, index } = this.#options;
    const comparison = new AccessComparison({ elasticsearch: client, index, objects: allObjects });
    const documents = await allDocuments(client, index);
    const differences = {
      pairs: 0,
      grants: [] as string[],
      denials: [] as string[],
      found: new Map<string, ReadonlySet<string>>(),
      kinds: new Set([...documents.values()].flatMap(kindsOf)),
    };
    for (const [userId] of this.#simulator.org.database.rows(`SELECT "Id" FROM "User"`)) {
      const user = String(userId);
      const found = (await comparison.found({ id: user })) ?? new Set();
      const seen = this.#seen(user);
      differences.found.set(user, found);
      differences.pairs += documents.size;
      for (const id of documents.keys()) {
        if (found.has(id) === seen.has(id)) continue;
        if (found.has(id)) differences.grants.push(`${user} finds ${id}`);
        else if (!this.#isHidden(user, id)) differences.denials.push(`${user} does not find ${id}`);
      }
    }
    return differences;
  }

  /** What queries of the user return. */
  #seen(user: string): Set<string> {
    const { org } = this.#simulator;
    const access = org.userAccess(user);
    const seen = new Set<string>();
    if (!this.#maySignIn(user)) return seen;
    for (const name of allObjects) {
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
    if (this.restricted.length > 0 && id.startsWith("a02")) return true;
    if (this.#worksAboveNestedTerritory(user) || this.#isOpenedToAccountOwner(id)) return true;
    if (!id.startsWith("069")) return false;
    const restricted = this.restricted.length > 0 ? ` OR "LinkedEntityId" LIKE 'a02%'` : "";
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

function kindsOf(document: Record<string, unknown>): string[] {
  const tokens = ["", "_first", "_second"].flatMap(
    (suffix) => (document[`_allow_access_control${suffix}`] ?? []) as string[],
  );
  return tokens.flatMap((token) => token.split(":").slice(2, 4));
}

/** What a sync has changed. */
export interface Effect {
  /** Documents that the sync wrote. */
  documents: number;
  identities: number;
  warnings: string[];
  /** The pairs of users and documents that are found now and were not before, and the other way round. */
  gained: string[];
  lost: string[];
}

export function effectOf(
  report: RunReport,
  { before, now }: { before: AccessDifferences; now: AccessDifferences },
): Effect {
  return { ...writes(report), warnings: report.warnings, gained: pairsIn(now, before), lost: pairsIn(before, now) };
}

function writes({ objects }: RunReport): Pick<Effect, "documents" | "identities"> {
  const { identities, ...documents } = objects;
  return {
    documents: Object.values(documents).reduce((sum, { written }) => sum + written, 0),
    identities: (identities?.written ?? 0) + (identities?.deleted ?? 0),
  };
}

function pairsIn({ found }: AccessDifferences, other: AccessDifferences): string[] {
  return [...found].flatMap(([user, documents]) =>
    [...documents].filter((id) => other.found.get(user)?.has(id) !== true).map((id) => `${user} ${id}`),
  );
}
