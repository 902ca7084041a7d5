import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { startProcess } from "../../demo/processes.ts";

const patienceMs = 10_000;
const pollMs = 200;

/** Fails the run if an embedded node of the project's tests still runs at the end. */
// Called by vitest, by its name.
// ts-unused-exports:disable-next-line
export function setup(project: TestProject): () => Promise<void> {
  const owner = project.config.env["EMBEDDED_ELASTICSEARCH_OWNER"];
  if (owner === undefined) throw new Error(`The project ${project.name} sets no EMBEDDED_ELASTICSEARCH_OWNER.`);
  return async () => {
    const deadline = Date.now() + patienceMs;
    let leaked = await nodesOf(owner);
    while (leaked.length > 0 && Date.now() < deadline) {
      await pause(pollMs);
      leaked = await nodesOf(owner);
    }
    for (const pid of leaked) process.kill(pid, "SIGKILL");
    if (leaked.length > 0) {
      throw new Error(
        `${project.name} left embedded nodes running (processes ${leaked.join(", ")}): each test stops what it starts.`,
      );
    }
  };
}

/** A node's command line contains its owner. */
async function nodesOf(owner: string): Promise<number[]> {
  const processes = await startProcess("ps", ["-A", "-ww", "-o", "pid=,args="]).output();
  return processes
    .split("\n")
    .filter((line) => line.includes(`-Dembedded.owner=${owner} `))
    .map((line) => Number.parseInt(line, 10));
}
