import type { ObjectDefinition } from "../schema/object-definition.ts";
import { ChangedShares } from "./changed-shares.ts";
import type { RowValues } from "./derived-rows.ts";
import { PermissionSetGroups } from "./permission-set-groups.ts";
import type { RecordStore } from "./record-store.ts";
import { SetupConsequences } from "./setup-consequences.ts";
import type { Writer } from "./system-fields.ts";

const teams: ReadonlyMap<string, { readonly members: string; readonly field: string }> = new Map([
  ["Account", { members: "AccountTeamMember", field: "AccountId" }],
  ["Opportunity", { members: "OpportunityTeamMember", field: "OpportunityId" }],
]);

/** The changes of other rows that follow from one write. Call `settle` at the end of the write. */
export class Consequences {
  readonly shares: ChangedShares;
  readonly #store: RecordStore;
  readonly #writer: Writer;
  readonly #setup: SetupConsequences;
  readonly #groups: PermissionSetGroups;

  constructor(store: RecordStore, writer: Writer) {
    this.#store = store;
    this.#writer = writer;
    this.shares = new ChangedShares(store, writer);
    this.#setup = new SetupConsequences(store, { writer, shares: this.shares });
    this.#groups = new PermissionSetGroups(store, writer);
  }

  created(object: ObjectDefinition, id: string, values: RowValues): void {
    this.shares.note(object, id, values);
    this.#setup.created(object, id, values);
    this.#groups.changed(object, id, values);
  }

  changed(
    object: ObjectDefinition,
    id: string,
    { previous, values }: { previous: RowValues; values: RowValues },
  ): void {
    if (typeof values["OwnerId"] === "string" && values["OwnerId"] !== previous["OwnerId"]) {
      this.shares.drop(object.name, id, (cause) => cause === "Manual");
      this.#removeTeam(object.name, id);
    }
    if (object.name === "Opportunity" && values["IsPrivate"] === 1 && previous["IsPrivate"] !== 1)
      this.#makePrivate(id);
    this.shares.noteChange(object, id, { previous, values });
    this.#setup.changed(object, id, { previous, values });
    this.#groups.changed(object, id, { ...previous, ...values });
  }

  /** Call it after a row was removed, moved to the recycle bin, restored or moved to another parent. */
  touched(object: ObjectDefinition, id: string, row: RowValues): void {
    this.shares.note(object, id, row);
    // Setup rows are deleted permanently instead of moving to the recycle bin.
    this.#setup.removed(object, id);
    this.#groups.changed(object, id, row);
  }

  settle(): void {
    this.shares.settle();
  }

  /** "Marking an opportunity as private removes the opportunity team, all sharing and rules" (Object Reference, "Opportunity"). */
  #makePrivate(id: string): void {
    this.#removeTeam("Opportunity", id);
    this.shares.drop("Opportunity", id, (cause) => cause !== "Owner");
  }

  /** A change of owner deletes the account or opportunity team ("OwnerChangeOptions"; Salesforce article 000390190). Case teams stay. */
  #removeTeam(object: string, id: string): void {
    const team = teams.get(object);
    if (team === undefined) return;
    const members = this.#store.database.rows(
      `SELECT "Id" FROM "${team.members}" WHERE "${team.field}" = ? AND "IsDeleted" = 0`,
      [id],
    );
    for (const [member] of members) {
      this.#store.remove(team.members, String(member));
      this.#store.database.run(`INSERT OR REPLACE INTO "_deletions" VALUES (?, ?, ?)`, [
        team.members,
        String(member),
        this.#writer.now,
      ]);
    }
    this.shares.add(object, id);
  }
}
