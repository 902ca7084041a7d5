import { Client } from "@elastic/elasticsearch";
import { defineObject } from "../../../simulator/schema/define-object.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { deleteIndices, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { OrgEditor } from "../../support/org-editor.ts";
import { FaultLane } from "./fault-lane.ts";
import { wideFields, wideObject } from "./scenarios.ts";

/** Two small orgs, and lanes that run rows of the table side by side: most of their time is waiting. */
export class FaultWorld implements AsyncDisposable {
  readonly #prefix: string;
  readonly #client: Client;
  readonly #simulators: readonly RunningSimulator[];
  readonly #lanes: readonly FaultLane[];
  readonly #free: FaultLane[];
  readonly #waiting: ((lane: FaultLane) => void)[] = [];

  private constructor(
    prefix: string,
    client: Client,
    { simulators, lanes }: { simulators: readonly RunningSimulator[]; lanes: readonly FaultLane[] },
  ) {
    this.#prefix = prefix;
    this.#client = client;
    this.#simulators = simulators;
    this.#lanes = lanes;
    this.#free = [...lanes];
  }

  static async open(elasticsearchUrl: string, laneCount: number): Promise<FaultWorld> {
    const prefix = uniqueIndexPrefix();
    const client = new Client({ node: elasticsearchUrl, maxRetries: 0, requestTimeout: 60_000 });
    const [small, paged] = await Promise.all([
      startSimulator({ size: "tiny", seed: "3", objects: [wide] }),
      startSimulator({ size: "900", seed: "3" }),
    ]);
    await limitChildPages(small.url);
    const editor = await OrgEditor.open(small.url);
    for (const name of ["First", "Second", "Third"])
      await editor.create(wideObject, { Name: name, [wideFields[0] ?? ""]: name });
    const orgs = { small: small.url, paged: paged.url };
    const numbers = Array.from({ length: laneCount }, (_, number) => number);
    const lanes = await Promise.all(
      numbers.map((number) => FaultLane.open({ prefix: `${prefix}${number}-`, client, elasticsearchUrl, orgs })),
    );
    return new FaultWorld(prefix, client, { simulators: [small, paged], lanes });
  }

  /** Runs work on a lane that no other work uses. */
  async use<T>(work: (lane: FaultLane) => Promise<T>): Promise<T> {
    const lane = this.#free.pop() ?? (await new Promise<FaultLane>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(lane);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(lane);
      else this.#free.push(lane);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    await Promise.all(this.#simulators.map((simulator) => simulator.stop()));
    for (const prefix of [this.#prefix, `.search-acl-filter-${this.#prefix}`])
      await deleteIndices(this.#client, prefix);
    await this.#client.close();
  }
}

const wide = defineObject(wideObject, {
  prefix: "a20",
  access: "everyone",
  fields: ["Name: string(80) name", ...wideFields.map((name) => `${name}: string(20)`)].join("\n"),
});

/** Records with two files then have a second page of files. */
async function limitChildPages(url: string): Promise<void> {
  await fetch(`${url}/__simulator/limits`, { method: "POST", body: JSON.stringify({ child_page_size: 1 }) });
}
