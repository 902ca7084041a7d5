import { describe, expect, it } from "vitest";
import { CanceledError } from "../../core/errors.ts";
import { SalesforceSession } from "./session.ts";

const never = new AbortController().signal;

/** Sign-ins that a test answers, in the order in which they began. */
function pendingSignIns() {
  const signIns: { signal: AbortSignal; succeed: (token: string) => void; fail: (error: Error) => void }[] = [];
  const session = new SalesforceSession(
    (signal) => new Promise((succeed, fail) => signIns.push({ signal, succeed, fail })),
  );
  return { session, signIns };
}

describe("SalesforceSession", () => {
  it("signs in once for concurrent requests and keeps the token", async () => {
    const { session, signIns } = pendingSignIns();

    const waiting = [session.token(never), session.token(never)];
    signIns[0]?.succeed("first");

    expect(await Promise.all(waiting)).toEqual(["first", "first"]);
    expect(await session.token(never)).toBe("first");
    expect(signIns).toHaveLength(1);
  });

  it("signs in again once for all requests whose token was refused", async () => {
    const { session, signIns } = pendingSignIns();
    const opened = session.token(never);
    signIns[0]?.succeed("old");
    await opened;

    const renewed = [session.renew("old", never), session.renew("old", never)];
    signIns[1]?.succeed("new");

    expect(await Promise.all(renewed)).toEqual(["new", "new"]);
    expect(await session.renew("old", never)).toBe("new");
    expect(signIns).toHaveLength(2);
  });

  it("releases a canceled request and finishes the sign-in for the others", async () => {
    const { session, signIns } = pendingSignIns();
    const controller = new AbortController();
    const canceled = session.token(controller.signal);
    const patient = session.token(never);

    controller.abort();
    await expect(canceled).rejects.toThrow(CanceledError);
    expect(signIns[0]?.signal.aborted).toBe(false);
    signIns[0]?.succeed("token");

    expect(await patient).toBe("token");
  });

  it("tries again after a sign-in that failed", async () => {
    const { session, signIns } = pendingSignIns();
    const first = session.token(never);
    signIns[0]?.fail(new Error("refused"));
    await expect(first).rejects.toThrow("refused");

    const second = session.token(never);
    signIns[1]?.succeed("token");

    expect(await second).toBe("token");
  });

  it("cancels a sign-in in progress when it is closed", () => {
    const { session, signIns } = pendingSignIns();
    void session.token(never);

    session[Symbol.dispose]();

    expect(signIns[0]?.signal.aborted).toBe(true);
  });
});
