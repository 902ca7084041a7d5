import type { BasicRule } from "../../connector/rules/basic-rule.ts";
import type { FieldSchema, SourceObject } from "../ports.ts";

type Described = Pick<SourceObject, "name" | "schema">;

interface Objects {
  /** With every field that the integration user reads. */
  readonly wanted: readonly Described[];
  /** Without the fields that some readers may not see. */
  readonly shown: readonly Described[];
}

/**
 * Sentences about basic sync rules that test fields which stay out of documents. Rules are applied to documents, so that nothing depends on a
 * value that some readers may not see; a rule without its field matches nothing.
 */
export function rulesOnHiddenFields(rules: readonly BasicRule[], { wanted, shown }: Objects): string[] {
  const schemas = new Map(shown.map(({ name, schema }) => [name, schema]));
  return rules.flatMap(({ id, field, policy }) => {
    const having = wanted.filter(({ schema }) => hasField(schema, field));
    const lost = having.filter(({ name }) => !hasField(schemas.get(name) ?? [], field)).map(({ name }) => name);
    const isNowhere = having.length === 0 && field.includes(".");
    if (lost.length === 0 && !isNowhere) return [];
    const objects = lost.length === 0 ? "the documents" : `the documents of ${lost.join(", ")}`;
    return `The sync rule ${id} (${policy}) tests ${field}, which is not in ${objects}, because some readers may not see it: the rule does not match there.`;
  });
}

function hasField(schema: readonly FieldSchema[], path: string): boolean {
  return schema.some(
    ({ name, fields = [] }) =>
      name === path || (path.startsWith(`${name}.`) && hasField(fields, path.slice(name.length + 1))),
  );
}
