import { describe, expect, it } from "vitest";
import { SchemaTree } from "./schema-tree.ts";

const text = (name: string) => ({ name, kind: "text" }) as const;
const double = (name: string) => ({ name, kind: "double" }) as const;

describe("SchemaTree", () => {
  it("combines the fields of related objects from all rules", () => {
    const tree = new SchemaTree();

    tree.add(["Owner"], text("Name"));
    tree.add([], text("Name"));
    tree.add(["Owner", "Manager"], text("Email"));
    tree.add(["Owner"], text("Name"));

    expect(tree.schema).toEqual([
      {
        name: "Owner",
        kind: "object",
        fields: [text("Name"), { name: "Manager", kind: "object", fields: [text("Email")] }],
      },
      text("Name"),
    ]);
  });

  it("merges whole objects with fields given by a path", () => {
    const tree = new SchemaTree();
    const children = (fields: readonly ReturnType<typeof text>[]) =>
      ({ name: "Parts", kind: "object", fields }) as const;

    tree.add([], children([text("Name")]));
    tree.add([], children([text("Color")]));
    tree.add(["Parts"], text("Size"));

    expect(tree.schema).toEqual([children([text("Name"), text("Color"), text("Size")])]);
  });

  it("uses text for a field that is a number in one rule and text in another", () => {
    const tree = new SchemaTree();

    tree.add([], double("Amount"));
    tree.add([], text("Amount"));

    expect(tree.schema).toEqual([text("Amount")]);
  });
});
