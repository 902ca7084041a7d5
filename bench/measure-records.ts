import { startScript } from "../demo/processes.ts";
import type { Bench } from "./bench.ts";
import { put } from "./figures.ts";
import type { PumpOrders, PumpResult } from "./pump.ts";
import { SalesforceOrg } from "./salesforce-org.ts";
import { rateOf, runService } from "./service-runs.ts";

/** Measures a full and an unchanged sync of the org's records, alternating with the pump. */
export async function measureRecords(bench: Bench): Promise<void> {
  const { folder, salesforceUrl, elasticsearchUrl, rounds, figures, say } = bench;
  const org = new SalesforceOrg(salesforceUrl);
  const target = { folder, salesforceUrl, elasticsearchUrl, fileText: false };
  say("A full sync that is not counted: the simulator renders its pages, Elasticsearch compiles its code.");
  await runService({ ...target, index: "bench-model" });
  const orders: PumpOrders = {
    salesforceUrl,
    elasticsearchUrl,
    accessToken: await org.accessToken(),
    queries: await org.queryPaths(),
    index: "bench-pump",
  };
  const runs = {
    source: [] as number[],
    pump: [] as number[],
    full: [] as number[],
    unchanged: [] as number[],
    rss: [] as number[],
    unchangedRss: [] as number[],
  };
  for (let round = 1; round <= rounds; round++) {
    const source = await runPump({ ...orders, readOnly: true });
    await createLike(elasticsearchUrl, { model: "bench-model", name: "bench-pump" });
    const pump = await runPump(orders);
    const full = await runService({ ...target, index: "bench-full" });
    const unchanged = await runService({ ...target, index: "bench-full" });
    figures["unchanged_written"] = Object.values(unchanged.objects).reduce((sum, { written }) => sum + written, 0);
    runs.source.push(source.documents / source.seconds);
    runs.pump.push(pump.documents / pump.seconds);
    runs.full.push(rateOf(full).perSecond);
    runs.unchanged.push(rateOf(unchanged).perSecond);
    runs.rss.push(full.peak_rss_bytes / 1e6);
    runs.unchangedRss.push(unchanged.peak_rss_bytes / 1e6);
    say(
      `  round ${round}: pump ${Math.round(runs.pump.at(-1) ?? 0)}, full ${Math.round(runs.full.at(-1) ?? 0)}, unchanged ${Math.round(runs.unchanged.at(-1) ?? 0)} documents/s`,
    );
    for (const index of ["bench-pump", "bench-full"]) await fetch(`${elasticsearchUrl}/${index}`, { method: "DELETE" });
  }
  put(figures, "source_docs_per_s", runs.source);
  put(figures, "pump_docs_per_s", runs.pump);
  put(figures, "full_docs_per_s", runs.full);
  put(figures, "full_vs_pump", ratios(runs.full, runs.pump));
  put(figures, "unchanged_docs_per_s", runs.unchanged);
  put(figures, "unchanged_vs_pump", ratios(runs.unchanged, runs.pump));
  put(figures, "peak_rss_mb", runs.rss);
  put(figures, "unchanged_peak_rss_mb", runs.unchangedRss);
}

/** Alternates between both, so that changes in the machine's speed affect both equally. */
function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, round) => value / (theirs[round] ?? NaN));
}

async function runPump(orders: PumpOrders): Promise<PumpResult> {
  return JSON.parse(await startScript("bench/pump.ts", [], { input: JSON.stringify(orders) }).output()) as PumpResult;
}

/** Creates an index with the mapping and settings of another one. */
async function createLike(elasticsearchUrl: string, { model, name }: { model: string; name: string }): Promise<void> {
  const answer = (await (await fetch(`${elasticsearchUrl}/${model}`)).json()) as Record<
    string,
    { mappings: object; settings: { index: { analysis: object } } }
  >;
  const like = answer[model];
  const created = await fetch(`${elasticsearchUrl}/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ mappings: like?.mappings, settings: { analysis: like?.settings.index.analysis } }),
  });
  if (!created.ok) throw new Error(`The pump's index was not created: ${await created.text()}`);
}
