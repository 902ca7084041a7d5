import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../support/kibana-store.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";
import { ServiceFleet } from "../../support/service-process.ts";

// Schedules that an administrator sets in Kibana, with two services that both follow them.

const fixture = useProtocol({ ids: ["seconds", "missed", "impossible", "off"] });
const few = { standard_objects_to_sync: "Campaign" };
let fleet: ServiceFleet;

beforeAll(async () => {
  fleet = await ServiceFleet.start(["first", "second"], () => fixture.config());
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function scheduled(connectorId: string): Promise<Job[]> {
  // Searches see writes with a delay.
  await fixture.client.indices.refresh({ index: fixture.kibana.indices.jobs });
  const jobs = await fixture.kibana.listJobs({ connectorId });
  return jobs.filter(({ trigger_method: trigger }) => trigger === "scheduled");
}

/** The times of the log lines with this message. */
function momentsIn(message: string): number[] {
  return fleet.services
    .flatMap(({ log }) => log.filter((line) => line.message === message))
    .map(({ labels }) => Date.parse(String((labels as Record<string, unknown>)["due"])));
}

const every4Seconds = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, position) => first + position * 4000);

async function full(id: string, interval: string, enabled = true): Promise<void> {
  await fixture.kibana.setScheduling(id, { full: { enabled, interval } });
}

describe("a schedule", () => {
  it("creates one job for each due time, even with two services", async () => {
    await fixture.connect("seconds", few);
    await full("seconds", "0/4 * * * * ?");
    await fixture.connector("seconds", ({ last_sync_scheduled_at: at }) => typeof at === "string");
    const first = Date.parse((await fixture.kibana.getConnector("seconds")).last_sync_scheduled_at ?? "");
    await fixture.connector("seconds", ({ last_sync_scheduled_at: at }) => Date.parse(at ?? "") >= first + 12_000);
    await full("seconds", "0/4 * * * * ?", false);
    await fixture.passes(4);

    const jobs = await scheduled("seconds");
    const made = momentsIn("scheduled sync created");
    const all = new Set([...made, ...momentsIn("scheduled sync skipped: a sync of the same type is waiting")]);

    expect(jobs).toHaveLength(made.length);
    expect(new Set(made).size).toBe(made.length);
    expect([...all].sort()).toEqual(every4Seconds(first, all.size));
    for (const { id, job_type: type } of jobs) {
      expect(type).toBe("full");
      expect((await fixture.job(id)).status).toBe("completed");
    }
  });

  it("catches up once on all runs that were missed while no service ran", async () => {
    await fixture.connect("missed", few);
    const { id, ...document } = await fixture.kibana.getConnector("missed");
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await fixture.kibana.putRawConnector(id, {
      ...document,
      last_sync_scheduled_at: yesterday,
      scheduling: { ...document.scheduling, full: { enabled: true, interval: "0 0 0/1 * * ?" } },
    });
    await using later = await ServiceFleet.start(["third", "fourth"], () => fixture.config());

    await fixture.connector("missed", ({ last_sync_scheduled_at: at }) => at !== yesterday);
    await fixture.passes(4);
    const jobs = await scheduled("missed");
    const { last_sync_scheduled_at: at } = await fixture.kibana.getConnector("missed");

    expect(later.services.every(({ isRunning }) => isRunning)).toBe(true);
    expect(jobs).toHaveLength(1);
    expect(Date.parse(at ?? "") % 3_600_000).toBe(0);
    expect((await fixture.job(jobs[0]?.id ?? "")).status).toBe("completed");
  });

  it("that is invalid is reported on the connector, and the connector's other syncs run", async () => {
    await fixture.connect("impossible", few);
    await full("impossible", "0 0 25 * * ?");
    const said = await fixture.connector("impossible", ({ status }) => status === "error");
    const asked = await fixture.sync("impossible");
    await full("impossible", "0 0 0 1 1 ?");
    const mended = await fixture.connector(
      "impossible",
      ({ status, error }) => status === "connected" && error === null,
    );

    expect(said.error).toMatch(/^Its schedule for full syncs is invalid: "0 0 25 \* \* \?" is not a Quartz expression/);
    expect(asked.status).toBe("completed");
    expect(mended.error).toBeNull();
    expect(await scheduled("impossible")).toEqual([]);
  });

  it("that is off creates no jobs, and no catch-up job later", async () => {
    await fixture.connect("off", few);
    await full("off", "* * * * * ?", false);
    await fixture.passes(6);
    const whileOff = await scheduled("off");
    const { id, ...document } = await fixture.kibana.getConnector("off");
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await fixture.kibana.putRawConnector(id, { ...document, last_sync_scheduled_at: yesterday });
    await fixture.passes(3);
    await full("off", "0 0 0/1 * * ?");
    await fixture.passes(6);

    expect(whileOff).toEqual([]);
    expect(await scheduled("off")).toEqual([]);
  });
});
