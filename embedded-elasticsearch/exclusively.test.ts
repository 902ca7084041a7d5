import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exclusively } from "./exclusively.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "exclusively-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("exclusively", () => {
  it("lets one piece of work run at a time", async () => {
    const lock = path.join(folder, "lock");
    const events: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
      return name;
    };

    const results = await Promise.all([exclusively(lock, work("first")), exclusively(lock, work("second"))]);

    expect(results).toEqual(["first", "second"]);
    expect(events).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });

  it("is free again after work that failed", async () => {
    const lock = path.join(folder, "lock");

    await expect(exclusively(lock, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");

    expect(await exclusively(lock, () => Promise.resolve("done"))).toBe("done");
  });

  it("is free again when the process that held it was killed", async () => {
    const lock = path.join(folder, "lock");
    const hold = `import { exclusively } from ${JSON.stringify(path.join(import.meta.dirname, "exclusively.ts"))};
      await exclusively(${JSON.stringify(lock)}, () => new Promise(() => { console.log("held"); setInterval(() => {}, 1000); }));`;
    const holder = spawn(process.execPath, ["--input-type=module-typescript", "--eval", hold], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    await once(holder, "exit");

    expect(await exclusively(lock, () => Promise.resolve("done"))).toBe("done");
  });

  it("stops waiting when it is told to", async () => {
    const lock = path.join(folder, "lock");
    const ending = new AbortController();
    let waiting: Promise<string> | undefined;

    await exclusively(lock, async () => {
      waiting = exclusively(lock, () => Promise.resolve("never"), ending.signal);
      ending.abort();
      await expect(waiting).rejects.toThrow(/aborted/);
    });
  });
});
