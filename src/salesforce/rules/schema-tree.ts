import type { FieldSchema } from "../../sync/ports.ts";

type Branch = Map<string, Branch | FieldSchema>;

/** The fields of one object's documents, put together from the paths of several rules. */
export class SchemaTree {
  readonly #root: Branch = new Map();

  /** Notes a field below some related objects. Where rules disagree about what a field is, text can hold both. */
  add(path: readonly string[], schema: FieldSchema): void {
    let branch: Branch = this.#root;
    for (const name of path) {
      const existing = branch.get(name);
      const next: Branch = existing instanceof Map ? existing : branchOf(existing);
      branch.set(name, next);
      branch = next;
    }
    const existing = branch.get(schema.name);
    if (existing instanceof Map) mergeInto(existing, schema.fields ?? []);
    else branch.set(schema.name, existing ? combined(existing, schema) : schema);
  }

  /** What was noted. */
  get schema(): readonly FieldSchema[] {
    return schemasOf(this.#root);
  }
}

function branchOf(schema: FieldSchema | undefined): Branch {
  const branch: Branch = new Map();
  mergeInto(branch, schema?.fields ?? []);
  return branch;
}

function mergeInto(branch: Branch, schemas: readonly FieldSchema[]): void {
  for (const schema of schemas) {
    const existing = branch.get(schema.name);
    if (existing instanceof Map) mergeInto(existing, schema.fields ?? []);
    else branch.set(schema.name, existing ? combined(existing, schema) : schema);
  }
}

function combined(first: FieldSchema, second: FieldSchema): FieldSchema {
  if (first.kind === "object" && second.kind === "object") {
    const branch = branchOf(first);
    mergeInto(branch, second.fields ?? []);
    return { name: first.name, kind: "object", fields: schemasOf(branch) };
  }
  if (first.kind === "object" || second.kind === "object") return first.kind === "object" ? first : second;
  return first.kind === second.kind ? first : { name: first.name, kind: "text" };
}

function schemasOf(branch: Branch): FieldSchema[] {
  return [...branch].map(([name, entry]) =>
    entry instanceof Map ? { name, kind: "object", fields: schemasOf(entry) } : entry,
  );
}
