import type { FieldSchema } from "../../sync/ports.ts";

type Branch = Map<string, Branch | FieldSchema>;

/** Merges the fields that several rules select from one object. */
export class SchemaTree {
  readonly #root: Branch = new Map();

  /** Adds a field below a path of relationships. If two rules give it different types, it becomes text. */
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
