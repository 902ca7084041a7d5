import type { OrgDatabase } from "../storage/org-database.ts";

type Value = string | number | null;

/** The columns of a row that determine access. */
export type FactRow = Readonly<Record<string, Value>>;

/** Reads single rows of an org and caches them. Use an instance for one access check only. */
export class AccessFacts {
  readonly #database: OrgDatabase;
  readonly #rows = new Map<string, FactRow | undefined>();
  readonly #lists = new Map<string, readonly FactRow[]>();

  constructor(database: OrgDatabase) {
    this.#database = database;
  }

  /** The row with that id, unless it is deleted. */
  row(table: string, id: Value | undefined, columns: readonly string[]): FactRow | undefined {
    if (typeof id !== "string") return undefined;
    const key = `${table}/${id}`;
    if (!this.#rows.has(key)) this.#rows.set(key, this.list(table, { column: "Id", value: id, columns })[0]);
    return this.#rows.get(key);
  }

  /** The rows with that value in a column. */
  list(
    table: string,
    { column, value, columns }: { column: string; value: Value; columns: readonly string[] },
  ): readonly FactRow[] {
    const key = `${table}/${column}/${String(value)}`;
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = this.#database
        .rows(`SELECT ${columns.map((name) => `"${name}"`).join(", ")} FROM "${table}" WHERE "${column}" = ?`, [value])
        .map((row) => Object.fromEntries(columns.map((name, index) => [name, valueOf(row[index])])));
      this.#lists.set(key, list);
    }
    return list;
  }

  user(id: Value | undefined): FactRow | undefined {
    return this.row("User", id, ["Id", "UserType", "UserRoleId", "ManagerId", "AccountId", "ContactId"]);
  }

  role(id: Value | undefined): FactRow | undefined {
    return this.row("UserRole", id, [
      "Id",
      "ParentRoleId",
      "PortalType",
      "ContactAccessForAccountOwner",
      "OpportunityAccessForAccountOwner",
      "CaseAccessForAccountOwner",
    ]);
  }

  group(id: Value | undefined): FactRow | undefined {
    return this.row("Group", id, ["Id", "Type", "RelatedId", "DoesIncludeBosses"]);
  }

  membersOf(groupId: string): readonly (string | null)[] {
    return this.list("GroupMember", { column: "GroupId", value: groupId, columns: ["UserOrGroupId"] }).map((row) =>
      textOf(row["UserOrGroupId"]),
    );
  }

  territory(id: Value | undefined): FactRow | undefined {
    return this.row("Territory2", id, ["Id", "ParentTerritory2Id", "Territory2ModelId"]);
  }
}

function valueOf(value: unknown): Value {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

export function textOf(value: Value | undefined): string | null {
  return typeof value === "string" ? value : null;
}
