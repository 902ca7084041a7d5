import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { Random } from "../../simulator/core/random.ts";
import type { Job } from "../support/kibana-store.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { ServiceWorld } from "../support/service-world.ts";

// Two services run the jobs of four connectors. In each round, services are killed at random moments and replaced. Time passes ten times as
// fast for them, so that a minute without a heartbeat takes six seconds.

const kills = 100;
const killsEach = 8;
const longestPauseMs = 900;
const time = { factor: 10 };
const connectors = {
  people: "Contact, Lead",
  business: "Account, Opportunity",
  support: "Case",
  marketing: "Campaign, Lead",
};

it(`${kills} kills of a service at random moments leave every index and every count exact`, async () => {
  const random = new Random("kills of services");
  await using world = await ServiceWorld.open({ connectors, size: "small" });
  const services = [await world.start("0", time), await world.start("1", time)];
  try {
    await world.fill();
    for (let killed = 0; killed < kills;) {
      await Promise.all(world.ids.map((id) => world.indexOf(id).makeStale()));
      const jobs = await startJobs(world);
      for (let round = 0; round < killsEach && killed < kills; round++) {
        await pause(random.below(longestPauseMs));
        await replaceOne(services, world, { random, name: String(++killed) });
      }
      for (const [id, jobId] of jobs) await world.expectExact(id, await completed(world, id, jobId));
      await expect.poll(() => lockedConnectors(world), { timeout: 60_000 }).toEqual([]);
    }
  } finally {
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
  }
}, 900_000);

async function startJobs(world: ServiceWorld): Promise<Map<string, string>> {
  const jobs = new Map<string, string>();
  for (const id of world.ids) jobs.set(id, await world.kibana.startSync(id));
  return jobs;
}

async function replaceOne(
  services: ServiceProcess[],
  world: ServiceWorld,
  { random, name }: { random: Random; name: string },
): Promise<void> {
  const position = random.below(services.length);
  await services[position]?.[Symbol.asyncDispose]();
  services[position] = await world.start(name, time);
}

/** A job whose worker died several times ends in an error; the next one then does its work. */
async function completed(world: ServiceWorld, id: string, jobId: string): Promise<Job> {
  const job = await world.ended(jobId);
  if (job.status !== "error") return job;
  expect(job.error).toMatch(/worker/i);
  return world.sync(id);
}

/** The connectors that still count as being synced. */
async function lockedConnectors(world: ServiceWorld): Promise<string[]> {
  const found = await Promise.all(world.ids.map((id) => world.kibana.getConnector(id)));
  return found.filter(({ last_sync_status: status }) => status === "in_progress").map(({ id }) => id);
}
