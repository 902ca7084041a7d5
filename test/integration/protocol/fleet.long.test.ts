import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { ExpectedDocuments, inOrder } from "../../support/expected-documents.ts";
import type { Job } from "../../support/kibana-store.ts";
import { OrgTables } from "../../support/org-tables.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";
import { ServiceFleet, type ServiceProcess } from "../../support/service-process.ts";

// Many jobs and three services. One service is killed and one is stopped during its work.

const objectsOf: Readonly<Record<string, readonly string[]>> = {
  people: ["Contact", "Lead"],
  business: ["Account", "Opportunity"],
  support: ["Case", "Account"],
  marketing: ["Campaign", "Lead", "Contact"],
};
const ids = Object.keys(objectsOf);
const fixture = useProtocol({ ids, size: "small", ownNode: 9 });
const jobsEach = 10;

/** The jobs in a service's log. */
function jobsIn({ log }: ServiceProcess, message: string): string[] {
  return log
    .filter((line) => line.message === message)
    .map((line) => String((line["labels"] as Record<string, unknown> | undefined)?.["job_id"]));
}

async function changeTheOrg(): Promise<void> {
  const { editor } = fixture;
  const [account = ""] = await editor.ids("SELECT Id FROM Account ORDER BY Id LIMIT 1");
  const [lead = ""] = await editor.ids("SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id LIMIT 1");
  await editor.update("Account", account, { Name: "Renamed AG" });
  await editor.remove("Lead", lead);
  const added = await editor.create("Lead", {
    LastName: "Neumann",
    Company: "Neu GmbH",
    Status: "Open - Not Contacted",
  });
  await editor.attach(added, { title: "New file", content: Buffer.from("A new file.") });
}

/** Waits until a service is in the middle of a job. */
async function isAtWork(service: ServiceProcess): Promise<void> {
  await service.waitUntil(() => jobsIn(service, "job claimed").length > jobsIn(service, "job finished").length);
}

function expectApart(jobs: readonly Job[]): void {
  const times = jobs
    .map(({ started_at: start, completed_at: end }) => [Date.parse(start ?? ""), Date.parse(end ?? "")] as const)
    .sort(([one], [other]) => one - other);
  for (const [position, [start]] of times.entries()) {
    const before = times[position - 1];
    if (before) expect(start).toBeGreaterThanOrEqual(before[1]);
  }
}

async function expectInStep(id: string): Promise<void> {
  const expected = new ExpectedDocuments(new OrgTables(fixture.simulator.org), fixture.simulator.url);
  const records = expected.records(objectsOf[id] ?? []);
  const files = expected.files(new Set(records.keys()));
  const found = await fixture.documents(id);
  expect([...found.keys()].sort()).toEqual([...records.keys(), ...files.keys()].sort());
  const differing = [...records].filter(([key, document]) => {
    const { _fingerprint: _, ...rest } = found.get(key) ?? {};
    return !isDeepStrictEqual(inOrder(rest), inOrder(document));
  });
  expect(differing.map(([key]) => key)).toEqual([]);
  for (const [key, document] of files) expect(found.get(key), key).toMatchObject(document);
}

describe("a fleet of services", () => {
  it("completes forty jobs once each, although one service is killed and one is stopped, and the indices match the org", async () => {
    await using fleet = await ServiceFleet.start(["first", "second", "third"], () =>
      fixture.config({ "service.max_concurrent_content_syncs": 1 }),
    );
    const [first, second, third] = ["first", "second", "third"].map((name) => fleet.named(name));
    if (!first || !second || !third) throw new Error("There are three services.");
    for (const id of ids) await fixture.connect(id, { standard_objects_to_sync: (objectsOf[id] ?? []).join(", ") });
    const asked: string[] = [];
    for (let round = 0; round < jobsEach; round++)
      for (const id of ids) asked.push(await fixture.kibana.startSync(id, round % 3 === 1 ? "incremental" : "full"));

    await first.waitUntil(() => jobsIn(first, "job finished").length >= 2, { timeoutMs: 120_000 });
    await changeTheOrg();
    await isAtWork(first);
    await first.kill();
    await isAtWork(second);
    const { exitCode } = await second.terminate();
    const jobs: Job[] = [];
    for (const id of asked) jobs.push(await fixture.job(id, undefined, 300_000));

    expect(exitCode).toBe(0);
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => "completed"));
    const taken = fleet.services.flatMap((service) => jobsIn(service, "job claimed"));
    const unfinished = [first, second].flatMap((service) => {
      const ended = new Set(jobsIn(service, "job finished"));
      return jobsIn(service, "job claimed").filter((id) => !ended.has(id) || isSuspendedIn(service, id));
    });
    expect(new Set(taken)).toEqual(new Set(asked));
    // Each job was claimed once, except those of the two services that ended.
    expect(taken.length - asked.length).toBeLessThanOrEqual(unfinished.length);
    expect(unfinished.length).toBeLessThanOrEqual(2);
    for (const id of asked) expect(completionsOf(id, fleet), id).toBeLessThanOrEqual(1);
    for (const id of ids) {
      expectApart(jobs.filter(({ connector }) => connector.id === id));
      await expectInStep(id);
      expect(await fixture.kibana.getConnector(id)).toMatchObject({
        status: "connected",
        last_sync_status: "completed",
      });
    }
    expect(third.isRunning).toBe(true);
  }, 600_000);
});

function endsOf(service: ServiceProcess, id: string): unknown[] {
  return service.log
    .filter((line) => line.message === "job finished")
    .map((line) => line["labels"] as Record<string, unknown>)
    .filter((labels) => labels["job_id"] === id)
    .map((labels) => labels["status"]);
}

function isSuspendedIn(service: ServiceProcess, id: string): boolean {
  return endsOf(service, id).includes("suspended");
}

/** The number of times a job was completed. */
function completionsOf(id: string, { services }: ServiceFleet): number {
  return services.flatMap((service) => endsOf(service, id)).filter((status) => status === "completed").length;
}
