import type { Identity } from "./identities.ts";
import { longId } from "./long-id.ts";

/** An Elasticsearch query that a search application uses as the query of a role (Elastic's identity documents have this form). */
interface IdentityQuery {
  readonly template: {
    readonly params: Readonly<Record<string, readonly string[]>>;
    /** A mustache template of JSON. */
    readonly source: string;
  };
}

/** The document of a user in `.search-acl-filter-…`. */
export interface IdentityDocument {
  readonly id: string;
  readonly identity: { readonly email: string | null; readonly username: string | null; readonly user_id: string };
  readonly query: IdentityQuery;
}

/** Elasticsearch accepts 65,536 terms in one clause. */
const maxTerms = 60_000;

/** `field` is `_allow_access_control` or the sub-field of it that is a keyword in the index. */
export function identityDocument(identity: Identity, field: string): IdentityDocument {
  const id = longId(identity.userId);
  const { email, name } = identity;
  return {
    id,
    identity: {
      email: email === undefined ? null : `email:${email}`,
      username: name === undefined ? null : `user:${name}`,
      user_id: `user_id:${id}`,
    },
    query: identityQuery(identity, field),
  };
}

function identityQuery({ tokens, masterTokens }: Identity, field: string): IdentityQuery {
  const standard = chunksOf("access_control", tokens);
  const masters = chunksOf("access_control_masters", masterTokens);
  const [first, second] = ["_allow_access_control_first", "_allow_access_control_second"].map((name) =>
    anyOf(name, masters),
  );
  // Unlike in Elastic's query, a document without the field is shown to no user.
  const should = [
    ...standard.map(([param]) => terms(field, param)),
    ...(masterTokens.length > 0 ? [`{"bool":{"filter":[${first ?? ""},${second ?? ""}]}}`] : []),
  ];
  return {
    template: {
      params: Object.fromEntries([...standard, ...(masterTokens.length > 0 ? masters : [])]),
      source: `{"bool":{"minimum_should_match":1,"should":[${should.join(",")}]}}`,
    },
  };
}

type Chunk = readonly [param: string, tokens: readonly string[]];

function chunksOf(param: string, tokens: readonly string[]): Chunk[] {
  const count = Math.max(1, Math.ceil(tokens.length / maxTerms));
  return Array.from({ length: count }, (_, index) => [
    index === 0 ? param : `${param}_${index + 1}`,
    tokens.slice(index * maxTerms, (index + 1) * maxTerms),
  ]);
}

const terms = (field: string, param: string): string => `{"terms":{"${field}":{{#toJson}}${param}{{/toJson}}}}`;

function anyOf(field: string, chunks: readonly Chunk[]): string {
  const clauses = chunks.map(([param]) => terms(field, param));
  if (clauses.length === 1) return clauses.join("");
  return `{"bool":{"minimum_should_match":1,"should":[${clauses.join(",")}]}}`;
}
