import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Random } from "../../simulator/core/random.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { ServiceWorld } from "../support/service-world.ts";

// A service is stopped in the middle of a job, like a machine that sleeps. Another one takes the job over after a minute without a heartbeat, and the
// first one wakes up and still believes that the job is its own.

const connectors = { people: "Contact, Lead", business: "Account, Opportunity" };

interface Pauses {
  readonly count: number;
  readonly longestMs: number;
  readonly shortestMs: number;
  readonly factor: number;
}

async function pauseServices({ count, shortestMs, longestMs, factor }: Pauses): Promise<void> {
  const random = new Random(`pauses of ${longestMs} ms`);
  await using world = await ServiceWorld.open({ connectors, size: "small" });
  await using first = await world.start("first", { factor });
  await using second = await world.start("second", { factor });
  await world.fill();
  for (let paused = 0; paused < count; paused++) {
    await Promise.all(world.ids.map((id) => world.indexOf(id).makeStale()));
    const jobs = new Map<string, string>();
    for (const id of world.ids) jobs.set(id, await world.kibana.startSync(id));
    await sleep(random.below(1500));
    const service = random.pick([first, second]);

    process.kill(service.pid, "SIGSTOP");
    await sleep(random.between(shortestMs, longestMs));
    process.kill(service.pid, "SIGCONT");

    for (const [id, jobId] of jobs) {
      const job = await world.ended(jobId);
      if (job.status === "error") expect(job.error).toMatch(/heartbeat|worker|Elasticsearch|Salesforce/);
      await world.expectExact(id, job.status === "completed" ? job : await world.sync(id));
    }
    await nothingElseIsWritten(world, [first, second]);
  }
}

/** The service that woke up must not write to an index that belongs to a later job. */
async function nothingElseIsWritten(world: ServiceWorld, services: readonly ServiceProcess[]): Promise<void> {
  expect(services.map(({ isRunning }) => isRunning)).toEqual([true, true]);
  for (const id of world.ids) expect(world.indexOf(id).differencesTo(await world.indexOf(id).documents())).toEqual([]);
}

describe.concurrent("a service that sleeps in the middle of a job", () => {
  it("18 times for up to 9 s, with time ten times as fast, leaves every index and every count exact", async () => {
    await pauseServices({ count: 18, shortestMs: 500, longestMs: 9000, factor: 10 });
  }, 900_000);

  it("twice for 90 s leaves every index and every count exact", async () => {
    await pauseServices({ count: 2, shortestMs: 90_000, longestMs: 90_000, factor: 1 });
  }, 900_000);
});
