import { Random } from "../../simulator/core/random.ts";
import type { RunningSimulator } from "../../simulator/start-simulator.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";

interface Change {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const patch = (object: string, id: string, body: unknown): Change => ({
  method: "PATCH",
  path: `sobjects/${object}/${id}`,
  body,
});
const post = (object: string, body: unknown): Change => ({ method: "POST", path: `sobjects/${object}`, body });

const alive = `"IsDeleted" = 0`;

/** Changes an org at random as an administrator does: owners, shares, teams, parents, roles, groups, territories. */
export class RandomChanges {
  readonly #simulator: RunningSimulator;
  readonly #admin: RestClient;
  readonly #random: Random;

  private constructor(simulator: RunningSimulator, admin: RestClient, seed: string) {
    this.#simulator = simulator;
    this.#admin = admin;
    this.#random = new Random(seed);
  }

  static async open(simulator: RunningSimulator, seed: string): Promise<RandomChanges> {
    return new RandomChanges(simulator, await RestClient.signIn(simulator, "simulator-admin"), seed);
  }

  /** Makes one change. Returns what it was, undefined if Salesforce refused it, as a duplicate, a role that is in use, or a share of a public object. */
  async one(): Promise<string | undefined> {
    const change = this.#random.pick(this.#kinds)();
    if (change === undefined) return undefined;
    const { method, path, body } = change;
    const text = `${method} ${path} ${JSON.stringify(body)}`;
    const { status } = await this.#admin.rest(method, path, body);
    if (![200, 201, 204, 400, 404].includes(status)) throw new Error(`${text}: ${status}`);
    return status < 400 ? text : undefined;
  }

  async undelete(): Promise<void> {
    const object = this.#random.pick(["Account", "Opportunity", "Case"]);
    const found = this.#ids(object, `"IsDeleted" = 1 AND "_deleted_with" = "Id"`);
    if (found.length > 0) await this.#admin.control("POST", "undelete", { ids: [this.#random.pick(found)] });
  }

  #ids(object: string, where: string): string[] {
    return this.#simulator.org.database.rows(`SELECT "Id" FROM "${object}" WHERE ${where}`).map(([id]) => String(id));
  }

  #anyId(object: string, where = "1"): string {
    return this.#random.pick(this.#ids(object, where));
  }

  /** Undefined if no such row is left. */
  #remove(object: string, where = alive): Change | undefined {
    const ids = this.#ids(object, where);
    return ids.length === 0 ? undefined : { method: "DELETE", path: `sobjects/${object}/${this.#random.pick(ids)}` };
  }

  get #kinds(): readonly (() => Change | undefined)[] {
    const random = this.#random;
    const anyId = (object: string, where?: string): string => this.#anyId(object, where);
    const remove = (object: string, where?: string): Change | undefined => this.#remove(object, where);
    const person = (): string => anyId("User", `"IsActive" = 1 AND "UserType" = 'Standard'`);
    // Internal users have no portal role, and no internal role is below one.
    const internalRole = (): string => anyId("UserRole", `"PortalType" = 'None'`);
    const child = (): string => random.pick(["Opportunity", "Case", "Contact"]);
    const account = (): string => anyId("Account", alive);
    const opportunity = (): string => anyId("Opportunity", alive);
    return [
      () => patch("Account", account(), { OwnerId: person() }),
      () => {
        const object = child();
        return patch(object, anyId(object, alive), { OwnerId: person() });
      },
      () => {
        const object = child();
        return patch(object, anyId(object, alive), { AccountId: random.chance(0.2) ? null : account() });
      },
      () => patch("Opportunity", opportunity(), { IsPrivate: random.chance(0.5) }),
      () => post("Case", { Subject: "x", AccountId: account(), ContactId: anyId("Contact", alive), OwnerId: person() }),
      () => remove(child()),
      () => remove("Account"),
      () =>
        post("AccountShare", {
          AccountId: account(),
          UserOrGroupId: random.chance(0.5) ? person() : anyId("Group", `"Type" <> 'Queue'`),
          AccountAccessLevel: random.pick(["Read", "Edit"]),
          OpportunityAccessLevel: random.pick(["None", "Read", "Edit"]),
          CaseAccessLevel: random.pick(["None", "Read"]),
          ContactAccessLevel: "None",
        }),
      () =>
        post("OpportunityShare", {
          OpportunityId: opportunity(),
          UserOrGroupId: person(),
          OpportunityAccessLevel: "Read",
        }),
      () => remove("AccountShare", `"RowCause" = 'Manual' AND ${alive}`),
      () => post("AccountTeamMember", { AccountId: account(), UserId: person(), AccountAccessLevel: "Read" }),
      () =>
        post("OpportunityTeamMember", {
          OpportunityId: opportunity(),
          UserId: person(),
          OpportunityAccessLevel: "Edit",
        }),
      () => remove("OpportunityTeamMember"),
      () => post("ObjectTerritory2Association", { ObjectId: account(), Territory2Id: anyId("Territory2") }),
      () => {
        const territory = anyId("Territory2");
        // Of the same model: Salesforce has no hierarchies across models.
        const model = `"Territory2ModelId" = (SELECT "Territory2ModelId" FROM "Territory2" WHERE "Id" = '${territory}')`;
        return patch("Territory2", territory, { ParentTerritory2Id: anyId("Territory2", model) });
      },
      () => patch("User", person(), { UserRoleId: internalRole() }),
      () => patch("UserRole", internalRole(), { ParentRoleId: internalRole() }),
      () =>
        patch("UserRole", anyId("UserRole"), {
          OpportunityAccessForAccountOwner: random.pick(["None", "Read", "Edit"]),
          CaseAccessForAccountOwner: random.pick(["None", "Read", "Edit"]),
        }),
      () => post("GroupMember", { GroupId: anyId("Group", `"Type" = 'Regular'`), UserOrGroupId: anyId("Group") }),
      () => patch("User", person(), { ManagerId: person() }),
      () => patch("Milestone__c", anyId("Milestone__c", alive), { Notes__c: "x" }),
    ];
  }
}
