import type { IdentityDocument } from "../../src/access/identity-query.ts";

/** A document as arrays of keywords. */
export type Keywords = Readonly<Record<string, readonly string[] | undefined>>;

type Query =
  | { readonly terms: Readonly<Record<string, readonly string[]>> }
  | {
      readonly bool: {
        readonly should?: readonly Query[];
        readonly minimum_should_match?: number;
        readonly filter?: readonly Query[];
      };
    };

export type Search = (document: Keywords) => boolean;

/** Renders an identity's query as Elasticsearch does, and returns what it finds. */
export function searchOf({ query }: IdentityDocument): Search {
  const { params, source } = query.template;
  const rendered = source.replaceAll(/\{\{#toJson\}\}(\w+)\{\{\/toJson\}\}/gu, (_, param: string) =>
    JSON.stringify(params[param]),
  );
  return compile(JSON.parse(rendered) as Query);
}

function compile(query: Query): Search {
  if ("terms" in query) {
    const clauses = Object.entries(query.terms).map(([field, terms]) => ({ field, terms: new Set(terms) }));
    return (document) => clauses.every(({ field, terms }) => (document[field] ?? []).some((term) => terms.has(term)));
  }
  const { should = [], minimum_should_match: minimum = 0, filter = [] } = query.bool;
  const optional = should.map(compile);
  const required = filter.map(compile);
  return (document) =>
    required.every((search) => search(document)) && optional.filter((search) => search(document)).length >= minimum;
}
