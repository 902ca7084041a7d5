import { appendFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, inject, it, expect } from "vitest";
import { allRows } from "./fault-table.ts";
import { FaultWorld } from "./fault-world.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await FaultWorld.open(inject("elasticsearchUrl"), 8);
});
afterAll(() => world[Symbol.asyncDispose]());
const out = process.env["FAULT_OUT"] ?? "/tmp/fault-out.txt";
const only = process.env["FAULT_ONLY"] ?? ".";
it("explore", { timeout: 3_000_000 }, async () => {
  writeFileSync(out, "");
  const rows = allRows().filter(({ endpoint, fault }) => new RegExp(only).test(`${endpoint}: ${fault}`));
  await Promise.all(
    rows.map(({ endpoint, fault, expected: x }) =>
      world.use(async (lane) => {
        const t = performance.now();
        try {
          const r = await lane.row(endpoint, fault);
          const { outcome: o, next } = r;
          const bad: string[] = [];
          if (r.fired === 0) bad.push("NOT FIRED");
          if (o.status !== x.status) bad.push(`STATUS ${o.status} not ${x.status}`);
          if (x.code !== undefined && x.code !== o.code) bad.push(`CODE ${o.code ?? ""} not ${x.code}`);
          if (x.text && !x.text.test(o.text)) bad.push(`TEXT`);
          if (x.warning && !x.warning.test(o.warnings.join())) bad.push(`WARNING`);
          if (r.deleted.length > 0) bad.push(`DELETED ${r.deleted.length}`);
          if (!x.warning && r.spoiled.length > 0) bad.push(`SPOILED ${r.spoiled.length}`);
          if (x.exact && r.differences.length > 0) bad.push(`DIFF ${r.differences.join()}`);
          const ok = x.status === "failed" || x.status === "ok" || next.outcome.status === "ok" ? "ok" : "completed";
          if (next.outcome.status !== ok || (ok === "completed" && next.differences.length > 0))
            bad.push(`NEXT ${JSON.stringify(next)}`);
          if (r.elapsedMs > 20_000) bad.push("SLOW");
          appendFileSync(
            out,
            `${bad.length === 0 ? "good" : "BAD "} | ${endpoint}: ${fault} | ${bad.join(" ")} | ${Math.round(r.elapsedMs)} ${Math.round(performance.now() - t)} | ${o.status} ${o.code ?? ""} ${o.text} ${o.warnings.join(" ")}\n`,
          );
        } catch (error) {
          appendFileSync(out, `BAD | ${endpoint}: ${fault} | THROWN ${String(error)}\n`);
        }
      }),
    ),
  );
  expect(rows.length).toBeGreaterThan(0);
});
