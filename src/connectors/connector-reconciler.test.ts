import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture } from "../../test/support/job-fixture.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { RunFailure } from "../../test/support/memory-runner.ts";
import { silentLogger } from "../core/logger.ts";
import { ConnectorReconciler } from "./connector-reconciler.ts";
import { JobScheduler } from "./job-scheduler.ts";
import type { StoredConnector } from "../jobs/ports.ts";

const heartbeatMs = 300_000;
const recheckMs = 300_000;
const failedRestMs = 15_000;
const { signal } = new AbortController();
const kind = { serviceType: "salesforce", fields: { domain: { label: "Domain", value: "" } }, features: {} };
const configuration = { domain: { label: "Domain", value: "acme" } };
const rules = (state: string) => ({ rules: [], advanced_snippet: { value: {} }, validation: { state, errors: [] } });

let fixture = new JobFixture();
let { clock, connectors, jobs, runner } = fixture;
let reconciler: ConnectorReconciler;

beforeEach(() => {
  fixture = new JobFixture();
  ({ clock, connectors, jobs, runner } = fixture);
  const scheduler = new JobScheduler({ connectors, jobs, types: ["full"], log: silentLogger });
  reconciler = new ConnectorReconciler({
    connectors,
    runner,
    scheduler,
    kind,
    clock,
    log: silentLogger,
    heartbeatMs,
    recheckMs,
  });
});

function put(fields: Partial<StoredConnector>): void {
  connectors.put({ ...newConnector("one", { features: {}, configuration }), ...fields });
}

const connector = (): StoredConnector => fixture.readConnector();

/** One pass, over the connector as it is or as it was. */
const pass = (found = connector()): Promise<void> => reconciler.reconcile(found, signal);

describe("a connector that is looked after", () => {
  it("is connected once its configuration was tried, and not tried again for a while", async () => {
    put({ state: "configured" });
    let tried = 0;
    runner.check = () => {
      tried++;
      return Promise.resolve();
    };

    await pass();
    await pass();
    const early = tried;
    await clock.advance(recheckMs);
    await pass();

    expect(connector()).toMatchObject({ state: "connected", error: null, lastSeenAt: clock.now() });
    expect([early, tried]).toEqual([1, 2]);
  });

  it("is tried again after a rest while it fails, and at once when its configuration is saved", async () => {
    put({ state: "configured" });
    await pass();
    put({ ...connector(), state: "configured", configuration: { domain: { label: "Domain", value: "other" } } });
    runner.problem = new RunFailure("The org is down.");
    await pass();
    const failed = connector();
    runner.problem = undefined;
    await pass();
    const resting = connector();
    await clock.advance(failedRestMs);
    await pass();
    const mended = connector();
    put({ ...connector(), state: "configured" });
    runner.problem = new RunFailure("The secret is wrong.");
    await pass();

    expect(failed).toMatchObject({ state: "error", error: "The org is down." });
    expect(resting).toMatchObject({ state: "error", error: "The org is down." });
    expect(mended).toMatchObject({ state: "connected", error: null });
    expect(connector()).toMatchObject({ state: "error", error: "The secret is wrong." });
  });

  it("is not called connected when somebody changes it while it is tried", async () => {
    put({ state: "configured", lastSeenAt: clock.now() });
    await pass();
    await clock.advance(recheckMs - 1);
    put({ ...connector(), state: "error", error: "of before" });
    const seen = connector();
    put({ ...connector(), state: "configured", configuration: { domain: { label: "Domain", value: "wrong" } } });

    await pass(seen);

    expect(connector()).toMatchObject({ state: "configured", error: "of before" });
  });

  it("keeps what a sync failed with, after other troubles too, until a sync succeeds or it is saved anew", async () => {
    const never = { status: null, error: null };
    const lastSync = { content: { status: "canceled", error: "No Lead." }, access_control: never } as const;
    put({ state: "error", error: "No Lead.", lastSync });
    await pass();
    const kept = connector().error;
    runner.problem = new RunFailure("The org is down.");
    put({ ...connector(), configuration: { domain: { label: "Domain", value: "other" } } });
    await pass();
    const down = connector().error;
    runner.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();
    const again = connector();
    put({ ...connector(), state: "configured" });
    await pass();
    const saved = connector();
    runner.problem = new RunFailure("The org is down.");
    await clock.advance(recheckMs);
    await pass();
    runner.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();

    expect([kept, down]).toEqual(["No Lead.", "The org is down."]);
    expect(again).toMatchObject({ state: "error", error: "No Lead." });
    expect(saved).toMatchObject({ state: "connected", error: null });
    expect(connector()).toMatchObject({ state: "connected", error: null });
  });

  it("has its edited rules looked at, unless the org cannot be reached", async () => {
    const filtering = [{ domain: "DEFAULT", draft: rules("edited"), active: rules("valid") }];
    put({ state: "configured", filtering });
    const validate = runner.validateRules.bind(runner);
    runner.validateRules = () => Promise.reject(new RunFailure("The org is down."));
    await pass();
    const unseen = connector();
    runner.validateRules = validate;
    runner.ruleProblems = [{ ids: ["r"], messages: ["No."] }];
    await pass();

    expect(unseen).toMatchObject({
      filtering,
      state: "error",
      error: expect.stringContaining("could not be looked at") as string,
    });
    expect(connector().filtering).toMatchObject([
      {
        draft: { validation: { state: "invalid", errors: [{ ids: ["r"], messages: ["No."] }] } },
        active: rules("valid"),
      },
    ]);
  });

  it("has its schedules followed while edited rules cannot be looked at, and rules judged while it cannot sign in", async () => {
    const filtering = [{ domain: "DEFAULT", draft: rules("edited"), active: rules("valid") }];
    const full = { enabled: true, expression: "* * * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    const lastScheduledAt = { full: 0, incremental: undefined, access_control: undefined };
    put({ state: "configured", filtering, schedules, lastScheduledAt });
    const validate = runner.validateRules.bind(runner);
    runner.validateRules = () => Promise.reject(new RunFailure("It took too long."));
    await pass();
    const made = jobs.all().length;
    runner.validateRules = validate;
    runner.problem = new RunFailure("The secret is wrong.");
    put({ ...connector(), state: "configured" });
    await pass();
    await pass();

    expect(made).toBe(1);
    expect(connector()).toMatchObject({ state: "error", error: "The secret is wrong." });
    expect(connector().filtering).toMatchObject([{ draft: { validation: { state: "valid" } } }]);
  });

  it("keeps a draft that somebody edits while the one before is looked at", async () => {
    const edited = { ...rules("edited"), rules: ["newer"] };
    const newer = [{ domain: "DEFAULT", draft: edited, active: rules("valid") }];
    put({ state: "connected", filtering: [{ domain: "DEFAULT", draft: rules("edited"), active: rules("valid") }] });
    runner.validateRules = () => {
      put({ ...connector(), filtering: newer });
      return Promise.resolve([]);
    };

    await pass();

    expect(connector().filtering).toEqual(newer);
  });

  it("makes no jobs while something is wrong with it", async () => {
    const full = { enabled: true, expression: "* * * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    const lastScheduledAt = { full: 0, incremental: undefined, access_control: undefined };
    put({ state: "connected", schedules, lastScheduledAt });
    runner.problem = new RunFailure("The org is down.");
    await pass();
    const whileDown = jobs.all().length;
    runner.problem = undefined;
    await clock.advance(failedRestMs);
    await pass();

    expect([whileDown, jobs.all().length]).toEqual([0, 1]);
  });

  it("has a sync made up for a first moment that passed while no service ran, though the org is down at the start", async () => {
    const full = { enabled: true, expression: "0 0 * * * ?" };
    const schedules = { full, incremental: undefined, access_control: undefined };
    put({ state: "connected", schedules, lastSeenAt: clock.now() - 7_200_000 });
    runner.problem = new RunFailure("The org is down.");
    await pass();
    await clock.advance(failedRestMs);
    runner.problem = undefined;
    await pass();

    expect(jobs.all()).toMatchObject([{ type: "full", trigger: "scheduled" }]);
    expect(connector().lastScheduledAt.full).toBe(Date.parse("2026-03-01T12:00:00Z"));
  });

  it("is told that somebody is there, as often as it must be", async () => {
    put({ state: "connected" });
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
