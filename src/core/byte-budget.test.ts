import { describe, expect, it } from "vitest";
import { ByteBudget } from "./byte-budget.ts";
import { CanceledError } from "./errors.ts";

const never = new AbortController().signal;

/** Runs pending callbacks. */
const runPendingCallbacks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("ByteBudget", () => {
  it("admits requests that fit and makes the others wait, in order of arrival", async () => {
    const budget = new ByteBudget(10);
    const order: string[] = [];
    const first = await budget.acquire(8, never);
    const second = budget.acquire(5, never).then((release) => (order.push("second"), release));
    const third = budget.acquire(1, never).then((release) => (order.push("third"), release));

    await runPendingCallbacks();
    expect(order).toEqual([]);
    first();
    await Promise.all([second, third]);

    expect(order).toEqual(["second", "third"]);
    expect(budget.held).toBe(6);
  });

  it("admits a request larger than the whole budget alone", async () => {
    const budget = new ByteBudget(10);
    const small = await budget.acquire(1, never);
    const large = budget.acquire(50, never);

    await runPendingCallbacks();
    expect(budget.held).toBe(1);
    small();
    await large;

    expect(budget.held).toBe(50);
  });

  it("releases bytes once, even if release is called twice", async () => {
    const budget = new ByteBudget(10);
    const release = await budget.acquire(4, never);

    release();
    release();

    expect(budget.held).toBe(0);
  });

  it("ends a wait that is canceled and lets the next one in", async () => {
    const budget = new ByteBudget(10);
    const controller = new AbortController();
    await budget.acquire(8, never);
    const waiting = budget.acquire(9, controller.signal);
    const next = budget.acquire(2, never);

    controller.abort();

    await expect(waiting).rejects.toBeInstanceOf(CanceledError);
    await next;
    expect(budget.held).toBe(10);
  });
});
