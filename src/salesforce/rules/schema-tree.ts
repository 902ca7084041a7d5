import type { FieldSchema } from "../../sync/ports.ts";

type Branch = Map<string, Branch | FieldSchema>;

/** The fields of one object's documents, put together from the paths of several rules. */
export class SchemaTree {
  readonly #root: Branch = new Map();

  /** Notes a field below some related objects. Where rules disagree about what a field is, text can hold both. */
  add(path: readonly string[], shape: FieldSchema): void {
    let branch: Branch = this.#root;
    for (const name of path) {
      const existing = branch.get(name);
      const next: Branch = existing instanceof Map ? existing : branchOf(existing);
      branch.set(name, next);
      branch = next;
    }
    const existing = branch.get(shape.name);
    if (existing instanceof Map) mergeInto(existing, shape.fields ?? []);
    else branch.set(shape.name, existing ? combined(existing, shape) : shape);
  }

  /** What was noted. */
  get shape(): readonly FieldSchema[] {
    return shapesOf(this.#root);
  }
}

function branchOf(shape: FieldSchema | undefined): Branch {
  const branch: Branch = new Map();
  mergeInto(branch, shape?.fields ?? []);
  return branch;
}

function mergeInto(branch: Branch, shapes: readonly FieldSchema[]): void {
  for (const shape of shapes) {
    const existing = branch.get(shape.name);
    if (existing instanceof Map) mergeInto(existing, shape.fields ?? []);
    else branch.set(shape.name, existing ? combined(existing, shape) : shape);
  }
}

function combined(first: FieldSchema, second: FieldSchema): FieldSchema {
  if (first.kind === "object" && second.kind === "object") {
    const branch = branchOf(first);
    mergeInto(branch, second.fields ?? []);
    return { name: first.name, kind: "object", fields: shapesOf(branch) };
  }
  if (first.kind === "object" || second.kind === "object") return first.kind === "object" ? first : second;
  return first.kind === second.kind ? first : { name: first.name, kind: "text" };
}

function shapesOf(branch: Branch): FieldSchema[] {
  return [...branch].map(([name, entry]) =>
    entry instanceof Map ? { name, kind: "object", fields: shapesOf(entry) } : entry,
  );
}
