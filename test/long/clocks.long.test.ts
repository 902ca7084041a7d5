import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Job } from "../support/kibana-store.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { ServiceWorld } from "../support/service-world.ts";

const hourMs = 3_600_000;
const connectors = { people: "Contact", leads: "Lead", business: "Account", marketing: "Campaign" };
const jobsEach = 5;

/** The jobs in a service's log. */
function jobsIn({ log }: ServiceProcess, message: string): string[] {
  return log
    .filter((line) => line.message === message)
    .map((line) => String((line["labels"] as Record<string, unknown> | undefined)?.["job_id"]));
}

it("four services whose clocks are an hour apart run every job once, at its time", async () => {
  await using world = await ServiceWorld.open({
    connectors,
    size: "small",
    settings: { "service.max_concurrent_content_syncs": 1 },
  });
  const services: ServiceProcess[] = [];
  try {
    for (const hours of [-1, 0, 1, 2]) services.push(await world.start(`${hours} h`, { aheadMs: hours * hourMs }));
    await world.fill();
    const asked: string[] = [];
    for (let round = 0; round < jobsEach; round++)
      for (const id of world.ids) asked.push(await world.kibana.startSync(id));

    const jobs: Job[] = [];
    for (const id of asked) jobs.push(await world.ended(id));

    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => "completed"));
    const claimed = services.flatMap((service) => jobsIn(service, "job claimed")).filter((id) => asked.includes(id));
    expect(claimed.sort()).toEqual([...asked].sort());
    for (const job of jobs) await world.expectExact(job.connector.id, job);
    await expectSchedule(world, services);
  } finally {
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
  }
}, 600_000);

/** A service whose clock is ahead schedules a sync; without it, the others go on with the schedule at their own time. */
async function expectSchedule(world: ServiceWorld, services: readonly ServiceProcess[]): Promise<void> {
  const [connectorId = ""] = world.ids;
  const count = async (): Promise<number> => (await world.kibana.listJobs({ connectorId })).length;
  const before = await count();
  await world.kibana.setScheduling(connectorId, { full: { enabled: true, interval: "0/2 * * * * ?" } });
  await expect.poll(count, { timeout: 60_000, interval: 200 }).toBeGreaterThan(before + 1);
  for (const service of services.slice(2)) await service.terminate();
  const left = await count();
  await sleep(1);
  await expect.poll(count, { timeout: 60_000, interval: 200 }).toBeGreaterThan(left + 1);
}
