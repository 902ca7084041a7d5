import { describe, expect, it } from "vitest";
import { ParentTree } from "./parent-tree.ts";

const tree = (parents: Readonly<Record<string, string | undefined>>): ParentTree =>
  new ParentTree(new Map(Object.entries(parents)));

describe("ParentTree", () => {
  it("knows the line above and everything below", () => {
    const { above, below } = bound(tree({ chief: undefined, sales: "chief", reps: "sales", service: "chief" }));

    expect(above("reps")).toEqual(["sales", "chief"]);
    expect(below("chief")).toEqual(["sales", "service", "reps"]);
    expect(below("reps")).toEqual([]);
  });

  it("ends a line at a parent that does not exist", () => {
    const { above, below } = bound(tree({ sales: "deleted", reps: "sales" }));

    expect(above("reps")).toEqual(["sales"]);
    expect(above("sales")).toEqual([]);
    expect(below("deleted")).toEqual([]);
  });

  it("puts nothing above or below the members of a circle", () => {
    const circle = tree({ egg: "hen", hen: "egg", chick: "hen", self: "self" });
    const { above, below } = bound(circle);

    expect([...circle.circular].sort()).toEqual(["egg", "hen", "self"]);
    expect(["egg", "hen", "chick", "self"].flatMap(above)).toEqual([]);
    expect(["egg", "hen", "self"].flatMap(below)).toEqual([]);
  });
});

const bound = (parents: ParentTree) => ({
  above: (id: string) => parents.above(id),
  below: (id: string) => parents.below(id),
});
