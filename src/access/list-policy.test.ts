import { describe, expect, it } from "vitest";
import { defaultListLimits, ListDemand } from "./list-policy.ts";

function demandOf(vias: readonly { parent: string; principals: number; documents: number }[]): ListDemand {
  const demand = new ListDemand();
  for (const { parent, principals, documents } of vias) {
    for (let document = 0; document < documents; document += 1) demand.countVia("006", parent, principals);
  }
  return demand;
}

describe("ListDemand", () => {
  it("chooses parents with more than 32 principals or more than 200 children", () => {
    const policy = demandOf([
      { parent: "short", principals: 32, documents: 200 },
      { parent: "long", principals: 33, documents: 1 },
      { parent: "many", principals: 2, documents: 201 },
    ]).choose();

    expect(["short", "long", "many"].filter((parent) => policy.usesVia("006", parent))).toEqual(["long", "many"]);
    expect(["long", "many"].filter((parent) => policy.nestsVia("006", parent))).toEqual(["many"]);
    expect(policy.usesVia("003", "long")).toBe(false);
  });

  it("keeps a list in use until both numbers are at most half of the limits", () => {
    const demand = demandOf([
      { parent: "shrunk", principals: 17, documents: 10 },
      { parent: "small", principals: 16, documents: 100 },
    ]);

    expect([...demand.choose().chosen]).toEqual([]);
    expect([...demand.choose(new Set(["006:shrunk", "006:small"])).chosen]).toEqual(["006:shrunk"]);
  });

  it("takes the lists that save most if there are too many, after the junctions", () => {
    const demand = demandOf([
      { parent: "less", principals: 40, documents: 10 },
      { parent: "more", principals: 40, documents: 20 },
    ]);
    demand.countJunction("a01", "junction");
    const policy = demand.choose(new Set(), { ...defaultListLimits, lists: 2 });

    expect(policy.opensJunction("a01", "junction")).toBe(true);
    expect(policy.usesVia("006", "more")).toBe(true);
    expect(policy.usesVia("006", "less")).toBe(false);
  });
});
