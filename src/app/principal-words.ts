import { z } from "zod";
import type { SalesforceClient } from "../salesforce/client/salesforce-client.ts";
import { soql } from "../salesforce/soql/soql.ts";

interface WordsOptions {
  readonly client: SalesforceClient;
  /** The object of the record; undefined for files. */
  readonly object: string | undefined;
  readonly signal: AbortSignal;
}

/** The principals of tokens such as `00D…:001:internal:above:00E…`, each once. */
export const principalsIn = (tokens: readonly string[]): string[] => [
  ...new Set(tokens.filter((token) => token.startsWith("00D")).map((token) => token.split(":").slice(2).join(":"))),
];

/** By the prefix of the id: the object with the name of what a principal refers to. */
const named: Readonly<Record<string, string>> = {
  "005": "User",
  "00E": "UserRole",
  "00G": "Group",
  "058": "ContentWorkspace",
  "0F9": "CollaborationGroup",
};

const namesAnswer = z.object({ records: z.array(z.object({ Id: z.string(), Name: z.string().nullable() })) });

/** Says in words whom a principal stands for. */
export class PrincipalWords {
  readonly #options: WordsOptions;

  constructor(options: WordsOptions) {
    this.#options = options;
  }

  /** A sentence for each principal. */
  async of(principals: readonly string[]): Promise<string[]> {
    const names = await this.#names(principals);
    return principals.map((principal) => this.#sentence(principal, names));
  }

  #sentence(principal: string, names: ReadonlyMap<string, string>): string {
    const { object = "files" } = this.#options;
    const isInternal = principal.startsWith("internal:");
    const [kind = "", id = ""] = principal.replace(/^internal:/u, "").split(":");
    const name = names.has(id) ? `${names.get(id) ?? ""} (${id})` : id;
    const who = sentences[kind]?.({ name, id, object }) ?? principal;
    return isInternal ? `${who} Only internal users.` : who;
  }

  /** The names of users, roles, groups and libraries. */
  async #names(principals: readonly string[]): Promise<Map<string, string>> {
    const { client, signal } = this.#options;
    const ids = [...new Set(principals.flatMap((principal) => principal.split(":").slice(-1)))];
    const names = new Map<string, string>();
    for (const [prefix, from] of Object.entries(named)) {
      const wanted = ids.filter((id) => id.startsWith(prefix)).slice(0, 100);
      if (wanted.length === 0) continue;
      const statement = soql({ fields: ["Id", "Name"], from, where: { field: "Id", isOneOf: wanted } });
      const path = `${client.resource("query")}?q=${encodeURIComponent(statement)}`;
      const { records } = await client.parsed({ path }, signal, namesAnswer);
      for (const { Id, Name } of records) if (Name !== null) names.set(Id.slice(0, 15), Name);
    }
    return names;
  }
}

type Words = (of: { readonly name: string; readonly id: string; readonly object: string }) => string;

const sentences: Readonly<Record<string, Words>> = {
  user: ({ name }) => `The user ${name}: owner, or a share, a team or a link names the user.`,
  above: ({ name }) => `Users whose role is above the role ${name}, which the owner or a sharee has.`,
  under: ({ name }) => `Users of the role ${name}, above the role of the owner or of a sharee.`,
  group: ({ name, id }) =>
    id.startsWith("00G")
      ? `Members of the group, role, territory or queue ${name}, to which the record is shared or which owns it.`
      : `Members of ${name}, with which the file is shared.`,
  bosses: ({ name }) => `Users whose role is above a member of the group ${name}, to which the record is shared.`,
  public: ({ id, object }) => `All ${id} users, while the organization-wide default of ${object} is public for them.`,
  view_all: ({ object }) => `Holders of View All or Modify All on ${object}, View All Data or Modify All Data.`,
  via: ({ id }) => `Users who see the record ${id}, its account or master.`,
};
