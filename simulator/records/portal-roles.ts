import { SalesforceError } from "../core/salesforce-error.ts";
import { SharingSettings } from "../sharing/sharing-settings.ts";
import type { RowValues } from "./derived-rows.ts";
import type { RecordStore } from "./record-store.ts";
import { systemFields, type Writer } from "./system-fields.ts";

// The roles of external users ("Partner User Roles"; Salesforce articles 005167124 and 000385901).

/** From the lowest to the highest, with the word in the name of the role. */
const ranks = [
  { rank: "Worker", title: "User" },
  { rank: "Manager", title: "Manager" },
  { rank: "Executive", title: "Executive" },
] as const;

/** The kinds of external users that have roles. High-volume users have none. */
const portalTypes: ReadonlyMap<unknown, "Partner" | "CustomerPortal"> = new Map([
  ["PowerPartner", "Partner"],
  ["PowerCustomerSuccess", "CustomerPortal"],
  ["CustomerSuccess", "CustomerPortal"],
]);

/** Maintains the roles of external users: a line of up to three roles for each account, below the role of the account's owner. */
export class PortalRoles {
  readonly #store: RecordStore;
  readonly #writer: Writer;

  constructor(store: RecordStore, writer: Writer) {
    this.#store = store;
    this.#writer = writer;
  }

  /** Throws if the user needs a role, and the owner of the account has none. */
  static check({ database }: RecordStore, user: RowValues): void {
    if (!portalTypes.has(user["UserType"]) || typeof user["AccountId"] !== "string") return;
    const role = database.row(
      `SELECT u."UserRoleId" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" WHERE a."Id" = ?`,
      [user["AccountId"]],
    );
    if (typeof role?.[0] === "string") return;
    throw new SalesforceError(400, "UNKNOWN_EXCEPTION", {
      message: "portal account owner must have a role",
      fields: [],
    });
  }

  /** Makes the roles of the account for its first user of a kind, and gives a user without a role the lowest one. Returns new roles. */
  assign(userId: string, user: RowValues): readonly { readonly id: string; readonly values: RowValues }[] {
    const type = portalTypes.get(user["UserType"]);
    const account = user["AccountId"];
    if (type === undefined || typeof account !== "string") return [];
    const made = this.#lowest(account, type) === undefined ? this.#make(account, type) : [];
    const role = user["UserRoleId"] ?? this.#lowest(account, type) ?? null;
    const rank = this.#store.database.row(`SELECT "PortalRole" FROM "UserRole" WHERE "Id" = ?`, [role])?.[0];
    this.#store.update(this.#store.schema.get("User"), userId, {
      UserRoleId: role,
      PortalRole: typeof rank === "string" ? rank : null,
    });
    return made;
  }

  /** Moves the roles of an account below the role of its owner. */
  follow(accountId: string): void {
    const object = this.#store.schema.get("UserRole");
    const owner = this.#ownerOf(accountId);
    const tops = this.#store.database.rows(
      `SELECT r."Id" FROM "UserRole" r WHERE r."PortalAccountId" = ?1
        AND NOT EXISTS (SELECT 1 FROM "UserRole" p WHERE p."Id" = r."ParentRoleId" AND p."PortalAccountId" = ?1)`,
      [accountId],
    );
    if (tops.length === 0) return;
    for (const [id] of tops) this.#store.update(object, String(id), { ParentRoleId: owner.role });
    this.#store.database.run(`UPDATE "UserRole" SET "PortalAccountOwnerId" = ? WHERE "PortalAccountId" = ?`, [
      owner.id,
      accountId,
    ]);
    this.#store.database.touch("UserRole");
  }

  #ownerOf(accountId: string): { readonly id: string | null; readonly role: string | null } {
    const [id, role] =
      this.#store.database.row(
        `SELECT u."Id", u."UserRoleId" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" WHERE a."Id" = ?`,
        [accountId],
      ) ?? [];
    return { id: typeof id === "string" ? id : null, role: typeof role === "string" ? role : null };
  }

  #lowest(account: string, type: string): string | undefined {
    const row = this.#store.database.row(
      `SELECT "Id" FROM "UserRole" WHERE "PortalAccountId" = ? AND "PortalType" = ?
        ORDER BY CASE "PortalRole" WHEN 'Worker' THEN 0 WHEN 'Manager' THEN 1 ELSE 2 END, "_row" LIMIT 1`,
      [account, type],
    );
    return typeof row?.[0] === "string" ? row[0] : undefined;
  }

  #make(account: string, type: "Partner" | "CustomerPortal"): { id: string; values: RowValues }[] {
    const object = this.#store.schema.get("UserRole");
    const name = this.#store.database.row(`SELECT "Name" FROM "Account" WHERE "Id" = ?`, [account])?.[0];
    const owner = this.#ownerOf(account);
    let parent = owner.role;
    return ranks
      .slice(0, new SharingSettings(this.#store.database).portalRoles)
      .reverse()
      .map(({ rank, title }) => {
        const suffix = `${type === "Partner" ? "Partner" : "Customer"} ${title}`;
        const values: RowValues = {
          Name: `${String(name).slice(0, 79 - suffix.length)} ${suffix}`,
          DeveloperName: `${type}_${rank}_${account}`,
          ParentRoleId: parent,
          PortalType: type,
          PortalRole: rank,
          PortalAccountId: account,
          PortalAccountOwnerId: owner.id,
          OpportunityAccessForAccountOwner: "None",
          CaseAccessForAccountOwner: "None",
          ContactAccessForAccountOwner: "None",
          ...systemFields(object, this.#writer, "created"),
        };
        parent = this.#store.insert(object, values);
        return { id: parent, values };
      });
  }
}
