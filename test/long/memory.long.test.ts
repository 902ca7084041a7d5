import { expect, it } from "vitest";
import { startProcess, type ProcessResult } from "../../demo/processes.ts";
import { startElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import type { RunReport } from "../../src/sync/report.ts";
import { ConfigFolder } from "../support/command-line.ts";
import { memoryLimit } from "../support/memory-limit.ts";

const limitBytes = 256 * 1_048_576;

it("the medium org is synced with a heap of 64 MB, in 256 MB of memory in all", async () => {
  await using folder = await ConfigFolder.create();
  const [simulator, elasticsearch] = await Promise.all([
    startSimulator({ size: "medium" }),
    startElasticsearch({ major: 9 }),
  ]);
  try {
    const path = await folder.write({
      "elasticsearch.host": elasticsearch.url,
      connectors: [
        {
          connector_id: "medium",
          index_name: "medium",
          "salesforce.base_url": simulator.url,
          configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator" },
        },
      ],
    });

    const first = await sync(path);
    const second = await sync(path);

    for (const { exitCode, stderr } of [first, second]) expect(exitCode, stderr.slice(-2000)).toBe(0);
    const [full, unchanged] = [first, second].map(({ stdout }) => JSON.parse(stdout) as RunReport);
    const written = Object.values(full?.objects ?? {}).reduce((sum, counts) => sum + counts.written, 0);
    expect(written).toBeGreaterThan(160_000);
    expect(Object.values(unchanged?.objects ?? {}).map((counts) => counts.written)).toEqual(
      Object.values(unchanged?.objects ?? {}).map(() => 0),
    );
    // Where no control group can be made, this is the only proof.
    for (const report of [full, unchanged]) expect(report?.peak_rss_bytes).toBeLessThan(limitBytes);
  } finally {
    await simulator.stop();
    await elasticsearch.stop();
  }
}, 900_000);

async function sync(path: string): Promise<ProcessResult> {
  await using limit = await memoryLimit(limitBytes);
  const command = `${limit?.shell ?? "exec"} "${process.execPath}" src/main.ts sync --json -c "${path}"`;
  const { ended } = startProcess("sh", ["-c", command], { env: { NODE_OPTIONS: "--max-old-space-size=64" } });
  const result = await ended;
  return result;
}
