import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import { AccessComparison } from "./access-comparison.ts";
import { StaleIndex, type Documents, type StaleState } from "./stale-index.ts";

type Document = Readonly<Record<string, unknown>>;
/** By user: the documents that the user finds. */
type Found = ReadonlyMap<string, ReadonlySet<string>>;

/** A user without a row in Salesforce, who has an identity. */
const goneUser = "005000000000000AAA";

/** The number of users who are compared, with `goneUser` and one whose identity is missing. */
const users = 8;

const mayBeNull = ["_allow_access_control_first", "_allow_access_control_second"];

/** The index of a connector with document-level security, and its identities. In the state `access`, both have the access of an older org. */
export class StaleAccess extends StaleIndex {
  readonly #client: Client;
  #identities: Documents = new Map();
  #allowed = { after: new Map() as Found, before: new Map() as Found };

  constructor(options: { client: Client; name: string }) {
    super(options);
    this.#client = options.client;
  }

  get identityIndex(): string {
    return `.search-acl-filter-${this.name}`;
  }

  override async fill(sync: () => Promise<unknown>): Promise<void> {
    await this.fillWithoutMapping(sync);
    this.#identities = await this.#stored();
    this.#allowed = { after: await this.#found(), before: new Map() };
  }

  override async documents(): Promise<Documents> {
    const documents = await super.documents();
    return new Map([...documents].map(([id, document]) => [id, inOrder(document)]));
  }

  override async makeStale(state: StaleState = "older"): Promise<Documents> {
    if (state !== "access") {
      await this.#client.indices.delete({ index: this.identityIndex, ignore_unavailable: true });
      this.#allowed.before = new Map();
      return super.makeStale(state);
    }
    await this.#replace(this.name, await this.documents(), withOlderAccess(this.whole));
    await this.#replace(this.identityIndex, await this.#stored(), withOlderTokens(this.#identities));
    if (this.#allowed.before.size === 0) this.#allowed.before = await this.#found();
    return this.documents();
  }

  /** The differences between the identities and those that a sync without a fault writes. */
  async identityDifferences(): Promise<string[]> {
    const stored = await this.#stored();
    return [...new Set([...stored.keys(), ...this.#identities.keys()])].filter(
      (id) => JSON.stringify(stored.get(id)) !== JSON.stringify(this.#identities.get(id)),
    );
  }

  /** What users find and may not. `isCurrent`: the state before the sync allows nothing any more. */
  async grants({ isCurrent }: { isCurrent: boolean }): Promise<string[]> {
    const { before, after } = this.#allowed;
    return [...(await this.#found())].flatMap(([user, ids]) =>
      [...ids]
        .filter((id) => after.get(user)?.has(id) !== true && (isCurrent || before.get(user)?.has(id) !== true))
        .map((id) => `${user} finds ${id}`),
    );
  }

  async #found(): Promise<Found> {
    const comparison = new AccessComparison({ elasticsearch: this.#client, index: this.name, objects: [] });
    const all = [...this.#identities.keys()].sort();
    const step = Math.max(1, Math.floor(all.length / users));
    const compared = [goneUser, all.at(-1) ?? "", ...all.filter((_, number) => number % step === 0)];
    const found = new Map<string, ReadonlySet<string>>();
    for (const id of new Set(compared)) found.set(id, (await comparison.found({ id })) ?? new Set());
    return found;
  }

  async #stored(): Promise<Documents> {
    const index = this.identityIndex;
    if (!(await this.#client.indices.exists({ index }))) return new Map();
    await this.#client.indices.refresh({ index });
    const { hits } = await this.#client.search<Document>({ index, size: 1000 });
    return new Map(hits.hits.map(({ _id = "", _source = {} }) => [_id, inOrder(_source)]));
  }

  async #replace(index: string, stored: Documents, wanted: Documents): Promise<void> {
    const operations = [
      ...[...stored.keys()].filter((id) => !wanted.has(id)).map((_id) => ({ delete: { _id } })),
      ...[...wanted].flatMap(([_id, document]) => [{ index: { _id } }, document]),
    ];
    const { errors } = await this.#client.bulk({ index, operations, refresh: true });
    if (errors) throw new Error(`The stale state of ${index} could not be written.`);
  }
}

/** Updates change the order of fields, and set those that a document lacks to null. */
function inOrder(document: Document): Document {
  const fields = Object.entries(document).filter(([name, value]) => !(value === null && mayBeNull.includes(name)));
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

// Documents with too many tokens meet users who held few, and the other way round. If a sync takes its steps in a wrong order, and ends in between,
// users find what neither state allows.

/** A third of the documents were open only to those who see all, another third to everybody. */
function withOlderAccess(whole: Documents): Documents {
  const everybody = tokensOf([...whole.values()].map((document) => document["_allow_access_control"]));
  return new Map(
    [...whole].map(([id, document], number) => {
      if (number % 3 === 0) return [id, document];
      const own = tokensOf([document["_allow_access_control"]]);
      const tokens =
        number % 3 === 1 ? own.filter(isOfViewAll) : [...everybody.filter((token) => !isOfViewAll(token)), ...own];
      return [id, { ...document, _allow_access_control: tokens, _access_hash: "of an older version" }];
    }),
  );
}

/** Half of the users held nothing, the others everything but View All. One has no identity yet. */
function withOlderTokens(identities: Documents): Documents {
  const all = tokensOf([...identities.values()].map((identity) => paramsOf(identity)["access_control"]));
  const most = all.filter((token) => !isOfViewAll(token));
  const stale = [...identities].map(([id, identity], number): [string, Document] => [
    id,
    withParams(identity, { ...paramsOf(identity), access_control: number % 2 === 0 ? [] : most }),
  ]);
  const [, second] = stale;
  return new Map([...stale.slice(0, -1), [goneUser, second?.[1] ?? {}]]);
}

const isOfViewAll = (token: string): boolean => token.endsWith(":view_all");

const tokensOf = (lists: readonly unknown[]): string[] => [...new Set((lists as string[][]).flat())];

const paramsForm = z.record(z.string(), z.array(z.string()));
const identityForm = z.looseObject({ query: z.looseObject({ template: z.looseObject({ params: paramsForm }) }) });

const paramsOf = (identity: Document): z.output<typeof paramsForm> =>
  identityForm.parse(identity).query.template.params;

function withParams(identity: Document, params: object): Document {
  const parsed = identityForm.parse(identity);
  return { ...parsed, query: { ...parsed.query, template: { ...parsed.query.template, params } } };
}
