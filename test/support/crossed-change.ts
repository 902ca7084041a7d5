import type { RunningSimulator } from "../../simulator/start-simulator.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";

interface Prepared {
  readonly group: string;
  readonly membership: string;
  readonly share: string;
  /** Joins the group, as the member leaves it. */
  readonly joining: string;
  /** Is shared with the group, as the shared account no longer is. */
  readonly account: string;
}

const levels = {
  AccountAccessLevel: "Read",
  OpportunityAccessLevel: "None",
  CaseAccessLevel: "None",
  ContactAccessLevel: "None",
};

/**
 * A change that shows too much in between if its parts take effect in a wrong order: of two users, one leaves a group and the other one joins
 * it; of two accounts, one is shared with the group and the other one no longer. Neither user ever sees the other's account by the group.
 */
export class CrossedChange {
  readonly #simulator: RunningSimulator;
  readonly #admin: RestClient;
  #prepared: Prepared | undefined;
  #groups = 0;

  private constructor(simulator: RunningSimulator, admin: RestClient) {
    this.#simulator = simulator;
    this.#admin = admin;
  }

  static async open(simulator: RunningSimulator): Promise<CrossedChange> {
    return new CrossedChange(simulator, await RestClient.signIn(simulator, "simulator-admin"));
  }

  /** Makes the state before a change, which a sync must bring to the index. `seen`: what each user sees. */
  async prepare(seen: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const name = `Crossed${++this.#groups}`;
    const [leaving = "", joining = ""] = this.#ids("User", `"IsActive" = 1 AND "UserType" = 'Standard'`)
      .filter((id) =>
        seen
          .get(id)
          ?.values()
          .some((document) => document.startsWith("001")),
      )
      .sort((one, other) => (seen.get(one)?.size ?? 0) - (seen.get(other)?.size ?? 0));
    const first = await this.#create("Account", { Name: `${name} shared before` });
    const account = await this.#create("Account", { Name: `${name} shared after` });
    const group = await this.#create("Group", { Name: name, DeveloperName: name, Type: "Regular" });
    const membership = await this.#create("GroupMember", { GroupId: group, UserOrGroupId: leaving });
    const share = await this.#create("AccountShare", { AccountId: first, UserOrGroupId: group, ...levels });
    this.#prepared = { group, membership, share, joining, account };
  }

  async make(): Promise<void> {
    if (this.#prepared === undefined) throw new Error("The change was not prepared.");
    const { group, membership, share, joining, account } = this.#prepared;
    await this.#create("AccountShare", { AccountId: account, UserOrGroupId: group, ...levels });
    await this.#create("GroupMember", { GroupId: group, UserOrGroupId: joining });
    for (const path of [`GroupMember/${membership}`, `AccountShare/${share}`])
      await this.#admin.rest("DELETE", `sobjects/${path}`);
  }

  async #create(object: string, fields: object): Promise<string> {
    const { status, body } = await this.#admin.rest("POST", `sobjects/${object}`, fields);
    if (status !== 201) throw new Error(`${object} could not be created: ${JSON.stringify(body)}`);
    return (body as { id: string }).id;
  }

  #ids(object: string, where: string): string[] {
    return this.#simulator.org.database.rows(`SELECT "Id" FROM "${object}" WHERE ${where}`).map(([id]) => String(id));
  }
}
