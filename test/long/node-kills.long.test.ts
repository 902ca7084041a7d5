import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { Random } from "../../simulator/core/random.ts";
import { ServiceWorld } from "../support/service-world.ts";

// Elasticsearch is killed at a random moment of a sync and comes back on the same data.

const kills = 20;
const longestPauseMs = 2500;
const connectors = { people: "Contact, Lead", business: "Account, Opportunity" };

it(`${kills} kills of Elasticsearch during syncs leave every index and every count exact`, async () => {
  const random = new Random("kills of Elasticsearch");
  await using world = await ServiceWorld.open({ connectors, size: "small" });
  await using service = await world.start("only");
  await world.fill();
  for (let killed = 0; killed < kills; killed++) {
    await Promise.all(world.ids.map((id) => world.indexOf(id).makeStale()));
    const jobs = new Map<string, string>();
    for (const id of world.ids) jobs.set(id, await world.kibana.startSync(id));
    await pause(random.below(longestPauseMs));

    await world.killNode();

    for (const [id, jobId] of jobs) {
      const job = await world.ended(jobId);
      // Either the service waited for the node, or the job says why it ended and the next one completes the work.
      if (job.status === "error") expect(job.error).toMatch(/Elasticsearch/);
      await world.expectExact(id, job.status === "completed" ? job : await world.sync(id));
    }
  }
  expect(service.isRunning).toBe(true);
}, 900_000);
