import type { ObjectDefinition, SharingModel } from "../schema/object-definition.ts";
import type { OrgDatabase } from "../storage/org-database.ts";

/** The organization-wide defaults of an object. */
export interface SharingDefaults {
  readonly internal: SharingModel;
  readonly external: SharingModel;
}

/** From the least to the most open. */
export const openness: readonly SharingModel[] = [
  "ControlledByParent",
  "Private",
  "Read",
  "ReadWrite",
  "ReadWriteTransfer",
  "FullAccess",
];

const closed: SharingDefaults = { internal: "Private", external: "Private" };

/** The tables with the sharing settings and the restriction rules of an org. */
export const settingsTables = ["EntityDefinition", "RestrictionRule", "_facts"] as const;

interface Settings {
  readonly version: string;
  readonly defaults: ReadonlyMap<string, SharingDefaults>;
  readonly facts: ReadonlyMap<string, string>;
}

/** The names of the settings that no object of the API contains. */
export const factNames = {
  withoutHierarchies: "without_hierarchies",
  implicitChildRows: "implicit_child_rows",
  newestApiVersion: "newest_api_version",
  portalRoles: "portal_roles",
} as const;

/** Since this version, a queue can deny access to the superiors of its members (Release Notes, Summer '26). */
const queueFlagVersion = 67;

const maxPortalRoles = 3;

/** The sharing settings of an org: organization-wide defaults, hierarchies, and what the share tables contain. */
export class SharingSettings {
  readonly #database: OrgDatabase;
  #known: Settings | undefined;

  constructor(database: OrgDatabase) {
    this.#database = database;
  }

  /** Changes with each change of a setting. */
  get version(): string {
    return this.#database.versionOf(settingsTables);
  }

  defaultsOf(object: string): SharingDefaults {
    return this.#settings().defaults.get(object) ?? closed;
  }

  /** True if access differs between users and does not come from a parent. */
  hasShareTable(object: string): boolean {
    const { internal, external } = this.defaultsOf(object);
    if (internal.startsWith("ControlledBy")) return false;
    return !isOpenToWrite(internal) || !isOpenToWrite(external);
  }

  isControlledByParent(object: string): boolean {
    return this.defaultsOf(object).internal === "ControlledByParent";
  }

  /** "Grant Access Using Hierarchies". Always true for standard objects. */
  usesHierarchies({ name, custom }: ObjectDefinition): boolean {
    return !custom || !this.withoutHierarchies.includes(name);
  }

  get withoutHierarchies(): readonly string[] {
    return (this.#fact("withoutHierarchies") ?? "").split(",").filter((name) => name !== "");
  }

  /** True if rows store the access to children of accounts, as before "faster account sharing recalculation". */
  get storesImplicitChildren(): boolean {
    return this.#fact("implicitChildRows") === "stored";
  }

  /** "Number of partner roles" and "Number of customer roles": the roles that the first external user of an account creates. */
  get portalRoles(): number {
    return Number(this.#fact("portalRoles") ?? maxPortalRoles);
  }

  get newestApiVersion(): number {
    return Number(this.#fact("newestApiVersion") ?? queueFlagVersion);
  }

  /** False in older releases, which always give the superiors of a queue's members access. */
  get queuesHaveFlag(): boolean {
    return this.newestApiVersion >= queueFlagVersion;
  }

  setDefaults(object: string, { internal, external }: SharingDefaults): void {
    this.#database.run(
      `UPDATE "EntityDefinition" SET "InternalSharingModel" = ?, "ExternalSharingModel" = ? WHERE "QualifiedApiName" = ?`,
      [internal, external, object],
    );
    this.#database.touch("EntityDefinition");
  }

  setFact(name: keyof typeof factNames, value: string): void {
    if (this.#fact(name) === value) return;
    this.#database.run(`INSERT OR REPLACE INTO "_facts" VALUES (?, ?)`, [factNames[name], value]);
    this.#database.touch("_facts");
  }

  #fact(name: keyof typeof factNames): string | undefined {
    return this.#settings().facts.get(factNames[name]);
  }

  #settings(): Settings {
    const version = this.version;
    if (this.#known?.version === version) return this.#known;
    const defaults = this.#database.rows(
      `SELECT "QualifiedApiName", "InternalSharingModel", "ExternalSharingModel" FROM "EntityDefinition"`,
    );
    const facts = this.#database.rows(`SELECT name, value FROM "_facts"`);
    this.#known = {
      version,
      defaults: new Map(
        defaults.map(([name, internal, external]) => [
          String(name),
          { internal: modelOf(internal), external: modelOf(external) },
        ]),
      ),
      facts: new Map(facts.map(([name, value]) => [String(name), String(value)])),
    };
    return this.#known;
  }
}

function modelOf(value: unknown): SharingModel {
  const known: readonly SharingModel[] = [...openness, "ControlledByCampaign", "ControlledByLeadOrContact"];
  return known.find((model) => model === value) ?? "Private";
}

/** True if the default gives all users read access. */
export function isPublic(model: SharingModel): boolean {
  return openness.indexOf(model) >= openness.indexOf("Read");
}

function isOpenToWrite(model: SharingModel): boolean {
  return openness.indexOf(model) >= openness.indexOf("ReadWrite");
}
