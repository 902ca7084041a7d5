import { describe, expect, it } from "vitest";
import { credentials, useProtocol, type ProtocolFixture } from "../../support/protocol-fixture.ts";
import { ServiceFleet } from "../../support/service-process.ts";

// Clusters that nobody has ever had a connector on.

const few = { standard_objects_to_sync: "Campaign" };

/** What the alias of the connectors and of the jobs stand for, and whether searches of everything pass these indices by. */
async function indicesOf({ client, kibana }: ProtocolFixture): Promise<unknown[]> {
  const { connectors, connectorsAlias, jobs, jobsAlias } = kibana.indices;
  const found: unknown[] = [];
  for (const [index, alias] of [
    [connectors, connectorsAlias],
    [jobs, jobsAlias],
  ] as const) {
    const { [index]: described } = await client.indices.get({ index: alias });
    found.push([described?.settings?.index?.hidden, described?.mappings?.dynamic]);
  }
  return found;
}

describe("a cluster that has Elasticsearch's templates", () => {
  const fixture = useProtocol({ ids: ["templates"], installed: "templates" });

  it("lets a connector be made before any service ran, and a service take it up", async () => {
    await fixture.create("templates");

    await using service = await fixture.start();
    await fixture.connector("templates", ({ status }) => status === "needs_configuration");
    await fixture.kibana.saveConfiguration("templates", { ...credentials, ...few });
    await fixture.connector("templates", ({ status }) => status === "connected");
    const job = await fixture.sync("templates");

    expect(job.status).toBe("completed");
    expect(service.isRunning).toBe(true);
    expect(await indicesOf(fixture)).toEqual([
      ["true", "false"],
      ["true", "false"],
    ]);
  });
});

describe("a cluster that has nothing", () => {
  const fixture = useProtocol({ ids: ["nothing"], installed: "nothing" });

  it("is given what is needed by two services that start at once, and connectors on it work", async () => {
    await using fleet = await ServiceFleet.start(["first", "second"], () => fixture.config());
    await fixture.passes(2);
    const made = await indicesOf(fixture);

    await fixture.connect("nothing", few);
    const job = await fixture.sync("nothing");

    expect(made).toEqual([
      ["true", "false"],
      ["true", "false"],
    ]);
    expect(job.status).toBe("completed");
    expect(fleet.services.map(({ isRunning }) => isRunning)).toEqual([true, true]);
  });
});
