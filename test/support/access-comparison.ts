import type { Client, estypes } from "@elastic/elasticsearch";
import type { IdentityDocument } from "../../src/access/identity-query.ts";
import { renderedQuery } from "../access/evaluate-query.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";

/** A user of the simulated org, signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly client: RestClient;
}

interface Page {
  readonly records?: readonly { readonly Id: string }[];
  readonly nextRecordsUrl?: string;
}

/** Compares what users find through their identities with what Salesforce shows to them. */
export class AccessComparison {
  readonly #elasticsearch: Client;
  readonly #index: string;
  readonly #objects: readonly string[];

  constructor({ elasticsearch, index, objects }: { elasticsearch: Client; index: string; objects: readonly string[] }) {
    this.#elasticsearch = elasticsearch;
    this.#index = index;
    this.#objects = objects;
  }

  /** The records and files that are documents and that the user gets by queries on each object. */
  async seen({ client }: SignedInUser, documents: ReadonlySet<string>): Promise<Set<string>> {
    const found = new Set<string>();
    for (const object of this.#objects) {
      let path: string | undefined =
        `/services/data/v${client.version}/query?q=${encodeURIComponent(`SELECT Id FROM ${object}`)}`;
      while (path !== undefined) {
        const { body } = await client.call("GET", path);
        // A user who may not read the object gets an error, which is a list.
        const page: Page = Array.isArray(body) ? {} : (body as Page);
        for (const { Id } of page.records ?? []) if (documents.has(Id)) found.add(Id);
        path = page.nextRecordsUrl;
      }
    }
    return found;
  }

  /** The documents that the user's identity finds; undefined if the user has no identity. */
  async found({ id }: Pick<SignedInUser, "id">): Promise<Set<string> | undefined> {
    const { _source: identity } = await this.#elasticsearch.get<IdentityDocument>(
      { index: `.search-acl-filter-${this.#index}`, id },
      { ignore: [404] },
    );
    if (identity === undefined) return undefined;
    const found = new Set<string>();
    const query = renderedQuery(identity) as estypes.QueryDslQueryContainer;
    const pages = this.#elasticsearch.helpers.scrollSearch({ index: this.#index, size: 5000, query, _source: false });
    for await (const { body } of pages) for (const { _id } of body.hits.hits) found.add(_id ?? "");
    return found;
  }

  /**
   * For each user, the documents that are found and not seen, and those that are seen and not found. `hidden`: the documents that are known
   * not to be found.
   */
  async differences(
    users: readonly SignedInUser[],
    {
      documents,
      hidden,
    }: { documents: ReadonlySet<string>; hidden: (user: SignedInUser, document: string) => boolean },
  ): Promise<{ grants: string[]; denials: string[]; pairs: number }> {
    const grants: string[] = [];
    const denials: string[] = [];
    let pairs = 0;
    for (const user of users) {
      const [seen, found = new Set<string>()] = [await this.seen(user, documents), await this.found(user)];
      grants.push(...[...found].filter((id) => !seen.has(id)).map((id) => `${user.name} finds ${id}`));
      denials.push(
        ...[...seen]
          .filter((id) => !found.has(id) && !hidden(user, id))
          .map((id) => `${user.name} does not find ${id}`),
      );
      pairs += found.size;
    }
    return { grants, denials, pairs };
  }
}

/** Users of every kind who can sign in, up to so many of each kind in turn. */
export async function signInUsers(simulator: { readonly url: string }, count: number): Promise<SignedInUser[]> {
  const admin = await RestClient.signIn(simulator, "simulator-admin");
  const people = await admin.records<{ Id: string; Username: string; UserType: string; ProfileId: string }>(
    "SELECT Id, Username, UserType, ProfileId FROM User WHERE IsActive = true ORDER BY Id",
  );
  const kinds = [...Map.groupBy(people, ({ UserType, ProfileId }) => `${UserType} ${ProfileId}`).values()];
  const users: SignedInUser[] = [];
  for (let turn = 0; users.length < count && kinds.some((kind) => turn < kind.length); turn += 1) {
    for (const person of kinds.flatMap((kind) => kind[turn] ?? [])) {
      const client = await RestClient.signInAs(simulator, person.Username);
      if (client.token === "" || (await client.rest("GET", "limits")).status !== 200) continue;
      if (users.length < count) users.push({ id: person.Id, name: person.Username, type: person.UserType, client });
    }
  }
  return users;
}
