import { afterEach, beforeEach } from "vitest";

/** The processor time of a unit test with its hooks. */
const limitMs = 500;

// Elapsed time depends on the load of the machine: the same test takes three times as long beside two others. The processor time of the
// test's own thread excludes other processes and the engine's threads. It also excludes waits; the test's timeout limits those.
let before: NodeJS.CpuUsage;

beforeEach(() => {
  before = process.threadCpuUsage();
});

afterEach(() => {
  const { user, system } = process.threadCpuUsage(before);
  const tookMs = (user + system) / 1000;
  if (tookMs > limitMs) {
    throw new Error(
      `The test took ${Math.round(tookMs)} ms of processor time; a unit test may take ${limitMs} ms. Make it smaller, or name it for what it needs (see vitest.config.ts).`,
    );
  }
});
