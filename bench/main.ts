// `npm run bench`: measures the speed, memory and cost of a sync, and compares them with a minimal copy program on the same machine.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer, type RunningServer } from "../demo/processes.ts";
import { startElasticsearch, type RunningElasticsearch } from "../embedded-elasticsearch/start-elasticsearch.ts";
import type { Bench } from "./bench.ts";
import { figureLines, round } from "./figures.ts";
import { measureFiles } from "./measure-files.ts";
import { measureRecords } from "./measure-records.ts";
import { measureStart } from "./measure-start.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    size: { type: "string", default: "medium" },
    rounds: { type: "string", default: "3" },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const folder = await mkdtemp(join(tmpdir(), "salesforce-connector-bench-"));
let simulator: RunningServer | undefined;
let elasticsearch: RunningElasticsearch | undefined;
try {
  say(`Starting a simulated org (${values.size}) and Elasticsearch with 2 GB of heap.`);
  [simulator, elasticsearch] = await Promise.all([
    startServer("simulator/main.ts", ["--size", values.size, "--seed", "1"]),
    startElasticsearch({ major: 8, heapMb: 2048 }),
  ]);
  const bench: Bench = {
    folder,
    salesforceUrl: simulator.url,
    elasticsearchUrl: elasticsearch.url,
    rounds: Number(values.rounds),
    figures: {},
    say,
  };
  await measureStart(bench);
  await measureFiles(bench);
  await measureRecords(bench);
  const figures = Object.fromEntries(Object.entries(bench.figures).map(([key, value]) => [key, round(value)]));
  process.stdout.write(`${figureLines(figures).join("\n")}\n`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await Promise.all([simulator?.stop(), elasticsearch?.stop(), rm(folder, { recursive: true, force: true })]);
}
