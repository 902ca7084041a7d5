import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture, serviceType } from "../../test/support/job-fixture.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { RunFailure } from "../../test/support/memory-backend.ts";
import { silentLogger } from "../core/logger.ts";
import { ConnectorReconciler } from "./connector-reconciler.ts";
import { JobScheduler } from "./job-scheduler.ts";
import type { BasicRule } from "../connector/rules/basic-rule.ts";
import type { DraftRules, StoredConnector } from "../connector/stored-connector.ts";

const heartbeatMs = 300_000;
const recheckMs = 300_000;
const failedRestMs = 15_000;
const { signal } = new AbortController();
const configuration = { domain: "acme" };
const noRules = { basic: [], advanced: [], problems: [] };
const excludeClosed: BasicRule = {
  id: "r",
  policy: "exclude",
  field: "IsClosed",
  rule: "equals",
  value: "true",
  order: 0,
};
const edited: DraftRules = { edited: true, rules: { ...noRules, basic: [excludeClosed] } };

let fixture = new JobFixture();
let { clock, connectors, jobs, backend } = fixture;
let reconciler: ConnectorReconciler;

beforeEach(() => {
  fixture = new JobFixture();
  ({ clock, connectors, jobs, backend } = fixture);
  const scheduler = new JobScheduler({ connectors, jobs, log: silentLogger });
  reconciler = new ConnectorReconciler({
    connectors,
    backend,
    scheduler,
    serviceType,
    events: fixture.events,
    clock,
    log: silentLogger,
    heartbeatMs,
    recheckMs,
  });
});

function put(fields: Partial<StoredConnector>): void {
  connectors.put(newConnector("one", { configuration, ...fields }));
}

const connector = (): StoredConnector => fixture.readConnector();

/** One pass over the connector; `found` may be outdated. */
const pass = (found = connector()): Promise<void> => reconciler.reconcile(found, signal);

describe("reconciling a connector", () => {
  it("connects it after a check of its configuration, and does not check again for a while", async () => {
    put({ status: "configured" });
    let tried = 0;
    backend.check = () => {
      tried++;
      return Promise.resolve();
    };

    await pass();
    await pass();
    const early = tried;
    await clock.advance(recheckMs);
    await pass();

    expect(connector()).toMatchObject({ status: "connected", error: null, lastSeenAt: clock.now() });
    expect([early, tried]).toEqual([1, 2]);
  });

  it("repeats a failed check after a wait, and at once when the configuration is saved", async () => {
    put({ status: "configured" });
    await pass();
    put({ ...connector(), status: "configured", configuration: { domain: "other" } });
    backend.problem = new RunFailure("The org is down.");
    await pass();
    const failed = connector();
    backend.problem = undefined;
    await pass();
    const resting = connector();
    await clock.advance(failedRestMs);
    await pass();
    const mended = connector();
    put({ ...connector(), status: "configured" });
    backend.problem = new RunFailure("The secret is wrong.");
    await pass();

    expect(failed).toMatchObject({ status: "error", error: "The org is down." });
    expect(resting).toMatchObject({ status: "error", error: "The org is down." });
    expect(mended).toMatchObject({ status: "connected", error: null });
    expect(connector()).toMatchObject({ status: "error", error: "The secret is wrong." });
  });

  it("does not connect it if its configuration changes during the check", async () => {
    put({ status: "configured", lastSeenAt: clock.now() });
    await pass();
    await clock.advance(recheckMs - 1);
    put({ ...connector(), status: "error", error: "of before" });
    const seen = connector();
    put({ ...connector(), status: "configured", configuration: { domain: "wrong" } });

    await pass(seen);

    expect(connector()).toMatchObject({ status: "configured", error: "of before" });
  });

  it("keeps the error of a sync, even after other errors, until a sync succeeds or the configuration is saved", async () => {
    const never = { status: null, error: null };
    const lastSync = { content: { status: "canceled", error: "No Lead." }, access_control: never } as const;
    put({ status: "error", error: "No Lead.", lastSync });
    await pass();
    const kept = connector().error;
    backend.problem = new RunFailure("The org is down.");
    put({ ...connector(), configuration: { domain: "other" } });
    await pass();
    const down = connector().error;
    backend.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();
    const again = connector();
    put({ ...connector(), status: "configured" });
    await pass();
    const saved = connector();
    backend.problem = new RunFailure("The org is down.");
    await clock.advance(recheckMs);
    await pass();
    backend.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();

    expect([kept, down]).toEqual(["No Lead.", "The org is down."]);
    expect(again).toMatchObject({ status: "error", error: "No Lead." });
    expect(saved).toMatchObject({ status: "connected", error: null });
    expect(connector()).toMatchObject({ status: "connected", error: null });
  });

  it("validates edited rules, unless the org cannot be reached", async () => {
    put({ status: "configured", draft: edited });
    const validate = backend.validateRules.bind(backend);
    backend.validateRules = () => Promise.reject(new RunFailure("The org is down."));
    await pass();
    const unseen = connector();
    backend.validateRules = validate;
    backend.ruleProblems = [{ ids: ["r"], messages: ["No."] }];
    await pass();

    expect(unseen).toMatchObject({
      draft: edited,
      status: "error",
      error: expect.stringContaining("could not be validated") as string,
    });
    expect(connector()).toMatchObject({
      draft: { edited: false, rules: { problems: [{ ids: ["r"], messages: ["No."] }] } },
      rules: noRules,
    });
  });

  it("follows schedules while edited rules cannot be validated, and validates rules while the sign-in fails", async () => {
    const full = { enabled: true, expression: "* * * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    const lastScheduledAt = { full: 0, incremental: undefined, access_control: undefined };
    put({ status: "configured", draft: edited, schedules, lastScheduledAt });
    const validate = backend.validateRules.bind(backend);
    backend.validateRules = () => Promise.reject(new RunFailure("It took too long."));
    await pass();
    const made = jobs.all().length;
    backend.validateRules = validate;
    backend.problem = new RunFailure("The secret is wrong.");
    put({ ...connector(), status: "configured" });
    await pass();
    await pass();

    expect(made).toBe(1);
    expect(connector()).toMatchObject({ status: "error", error: "The secret is wrong." });
    expect(connector()).toMatchObject({ draft: { edited: false }, rules: { basic: [excludeClosed] } });
  });

  it("keeps a draft that is edited during the validation of the previous one", async () => {
    const newer = { ...edited, rules: { ...noRules, basic: [{ ...excludeClosed, value: "false" }] } };
    put({ status: "connected", draft: edited });
    backend.validateRules = () => {
      put({ ...connector(), draft: newer });
      return Promise.resolve([]);
    };

    await pass();

    expect(connector()).toMatchObject({ draft: newer, rules: noRules });
  });

  it("creates no jobs while the connector has an error", async () => {
    const full = { enabled: true, expression: "* * * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    const lastScheduledAt = { full: 0, incremental: undefined, access_control: undefined };
    put({ status: "connected", schedules, lastScheduledAt });
    backend.problem = new RunFailure("The org is down.");
    await pass();
    const whileDown = jobs.all().length;
    backend.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();

    expect([whileDown, jobs.all().length]).toEqual([0, 1]);
  });

  it("catches up on a first run that was missed while no service ran, even if the org is down at the start", async () => {
    const full = { enabled: true, expression: "0 0 * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    put({ status: "connected", schedules, lastSeenAt: clock.now() - 7_200_000 });
    backend.problem = new RunFailure("The org is down.");
    await pass();
    await clock.advance(failedRestMs);
    backend.problem = undefined;
    await pass();

    expect(jobs.all()).toMatchObject([{ type: "full", trigger: "scheduled" }]);
    expect(connector().lastScheduledAt.full).toBe(Date.parse("2026-03-01T12:00:00Z"));
  });

  it("sends heartbeats at the configured interval", async () => {
    put({ status: "connected" });
    await pass();
    const first = connector().lastSeenAt;
    await clock.advance(heartbeatMs - 1);
    await pass();
    const early = connector().lastSeenAt;
    await clock.advance(1);
    await pass();

    expect([first, early]).toEqual([clock.now() - heartbeatMs, clock.now() - heartbeatMs]);
    expect(connector().lastSeenAt).toBe(clock.now());
  });
});
