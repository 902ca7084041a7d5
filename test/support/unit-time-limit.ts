import { afterEach, beforeEach } from "vitest";

/** What a unit test with its hooks may take of the processor. */
const limitMs = 500;

// Elapsed time would say how busy the machine is: the same test takes three times as long beside two others. The processor time of
// the test's own thread leaves out the turns of other processes and the engine's own threads. Waits do not count; the test's timeout ends them.
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
