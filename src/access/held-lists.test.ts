import { describe, expect, it } from "vitest";
import { HeldLists } from "./held-lists.ts";

const always = (): boolean => true;
const list = (part: string, name: string, principals: readonly string[]) => ({
  part,
  name,
  either: [{ part, principals }],
});

describe("HeldLists", () => {
  it("gives a list to those who hold one of its principals, and the lists that contain it", () => {
    const lists = new HeldLists([list("a03", "via:2", ["user:b", "via:1"]), list("a03", "via:1", ["user:a"])]);

    expect(lists.heldBy(["user:a"], always).map(({ principal }) => principal)).toEqual(["via:1", "via:2"]);
    expect(lists.heldBy(["user:c"], always)).toEqual([]);
  });

  it("keeps lists of different object parts apart", () => {
    const lists = new HeldLists([list("006", "via:1", ["user:a"]), list("500", "via:2", ["via:1"])]);

    expect(lists.heldBy(["user:a"], always)).toEqual([{ part: "006", principal: "via:1" }]);
  });

  it("gives nothing by lists that contain each other", () => {
    const lists = new HeldLists([list("a03", "via:1", ["via:2"]), list("a03", "via:2", ["via:1"])]);

    expect(lists.heldBy(["user:a"], always)).toEqual([]);
  });

  it("needs a principal of each master for a junction, and the right to the part of the list", () => {
    const junction = {
      part: "a05.a01",
      name: "via:junction",
      either: [{ part: "a01", principals: ["group:both"] }],
      first: [{ part: "a01.a00", principals: ["user:a"] }],
      second: [{ part: "a01.001", principals: ["user:b"] }],
    };
    const lists = new HeldLists([junction]);
    const held = [{ part: "a05.a01", principal: "via:junction" }];

    expect(lists.heldBy(["user:a"], always)).toEqual([]);
    expect(lists.heldBy(["user:b"], always)).toEqual([]);
    expect(lists.heldBy(["user:a", "user:b"], always)).toEqual(held);
    expect(lists.heldBy(["group:both"], always)).toEqual(held);
    expect(lists.heldBy(["group:both"], ({ part }) => part !== "a05.a01")).toEqual([]);
    expect(lists.heldBy(["user:a", "user:b"], ({ part }) => part !== "a01.001")).toEqual([]);
  });
});
