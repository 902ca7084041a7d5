import { writeFileSync, appendFileSync } from "node:fs";
import { afterAll, beforeAll, inject, it, expect } from "vitest";
import { endpoints, isRequestTo, type EndpointName } from "./endpoints.ts";
import { faultKinds, faultNames } from "./fault-kinds.ts";
import { FaultWorld } from "./fault-world.ts";
import { scenarios } from "./scenarios.ts";

let world: FaultWorld;
const lanes = 10;
beforeAll(async () => {
  world = await FaultWorld.open(inject("elasticsearchUrl"), lanes);
});
afterAll(() => world[Symbol.asyncDispose]());

it("clean", async () => {
  await world.use(async (lane) => {
    for (const scenario of scenarios) {
      const t = performance.now();
      console.log(scenario, JSON.stringify(await lane.clean(scenario)), Math.round(performance.now() - t));
    }
    for (const { method, path } of lane.seen) {
      if (!Object.values(endpoints).some((e) => isRequestTo(e, { method, path })))
        console.log("NOT IN TABLE", method, path.slice(0, 150));
    }
    for (const [name, e] of Object.entries(endpoints))
      if (!lane.seen.some((s) => isRequestTo(e, s))) console.log("NOT CALLED", name);
  });
});

const out = process.env["FAULT_OUT"] ?? "/tmp/fault-out.txt";
const only = process.env["FAULT_ONLY"];
it("explore", { timeout: 3_000_000 }, async () => {
  writeFileSync(out, "");
  const rows = (Object.keys(endpoints) as EndpointName[])
    .filter((n) => !only || new RegExp(only).test(n))
    .flatMap((e) => faultNames.map((f) => [e, f] as const))
    .filter(([e, f]) => !(endpoints[e].request.startsWith("HEAD") && (faultKinds[f] as { ofBody?: boolean }).ofBody));
  await Promise.all(
    rows.map(([e, f]) =>
      world.use(async (lane) => {
        const t = performance.now();
        try {
          const r = await lane.row(e, f);
          appendFileSync(
            out,
            `${e} | ${f} | ${r.fired} | ${Math.round(r.elapsedMs)} | ${r.outcome.status} | ${r.outcome.code ?? ""} | ${r.outcome.text} | ${r.outcome.warnings.join(" ")} | DEL ${r.deleted.length} SPOIL ${r.spoiled.length} DIFF ${r.differences.length} | NEXT ${r.next.outcome.status} ${r.next.outcome.text} ${r.next.differences.join(", ")} | ${Math.round(performance.now() - t)}\n`,
          );
        } catch (error) {
          appendFileSync(out, `${e} | ${f} | THROWN ${String(error)}\n`);
        }
      }),
    ),
  );
  expect(rows.length).toBeGreaterThan(0);
});
