import { describe, expect, it } from "vitest";
import { readAhead } from "./read-ahead.ts";

async function* numbers(log: string[], failAt = Infinity): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= 4; n++) {
      await Promise.resolve();
      if (n === failAt) throw new Error(`no ${n}`);
      log.push(`read ${n}`);
      yield n;
    }
  } finally {
    log.push("closed");
  }
}

const runPendingCallbacks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("readAhead", () => {
  it("reads the next item while the consumer works, and only that one", async () => {
    const log: string[] = [];

    for await (const n of readAhead(numbers(log))) {
      await runPendingCallbacks();
      log.push(`used ${n}`);
    }

    expect(log).toEqual(["read 1", "read 2", "used 1", "read 3", "used 2", "read 4", "used 3", "closed", "used 4"]);
  });

  it("throws an error of the source after the items before it", async () => {
    const log: string[] = [];
    const used: number[] = [];

    const consume = async (): Promise<void> => {
      for await (const n of readAhead(numbers(log, 3))) used.push(n);
    };

    await expect(consume()).rejects.toThrow("no 3");
    expect(used).toEqual([1, 2]);
  });

  it("closes the source when the consumer stops early, even if the next item fails", async () => {
    const log: string[] = [];

    for await (const n of readAhead(numbers(log, 2))) {
      expect(n).toBe(1);
      break;
    }

    expect(log.at(-1)).toBe("closed");
  });
});
