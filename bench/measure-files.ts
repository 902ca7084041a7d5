import type { Bench } from "./bench.ts";
import { rateOf, runService } from "./service-runs.ts";

/** Measures files: one call to Salesforce for each new file, none for an unchanged one. */
export async function measureFiles({ folder, salesforceUrl, elasticsearchUrl, figures, say }: Bench): Promise<void> {
  const target = { folder, salesforceUrl, elasticsearchUrl, index: "bench-files", fileText: true };
  const downloads = async (): Promise<number> => {
    const calls = (await (await fetch(`${salesforceUrl}/__simulator/calls`)).json()) as {
      endpoints: Record<string, { count: number }>;
    };
    return calls.endpoints["GET sobjects/:name/:field/:value"]?.count ?? 0;
  };
  say("A full sync with files, which also warms everything up.");
  const full = await runService(target);
  const files = full.objects["files"]?.written ?? 0;
  const fetched = await downloads();
  const again = await runService(target);
  figures["files"] = files;
  figures["calls_full"] = full.salesforce_calls;
  figures["calls_per_file"] = fetched / files;
  figures["unchanged_downloads"] = (await downloads()) - fetched;
  say(
    `  ${Math.round(rateOf(full).perSecond)} documents/s with files; ${again.salesforce_calls} calls when nothing changed.`,
  );
  await fetch(`${elasticsearchUrl}/bench-files`, { method: "DELETE" });
}
