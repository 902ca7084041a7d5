import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFinalJobStatus, jobEvents, nextJobStatus, type JobEvent } from "./job-states.ts";
import { jobStatuses, type JobStatus } from "../connector/stored-connector.ts";

const page = readFileSync(new URL("../../docs/job-states.md", import.meta.url), "utf8");
const anyEvent = fc.constantFrom(...jobEvents);
const anyHistory = fc.array(anyEvent, { maxLength: 30 });

interface Step {
  from: JobStatus;
  event: JobEvent;
  to: JobStatus;
  refused: boolean;
}

function step(from: JobStatus, event: JobEvent): Step {
  const next = nextJobStatus(from, event);
  return typeof next === "string"
    ? { from, event, to: next, refused: false }
    : { from, event, to: from, refused: true };
}

/** The statuses of a job through a series of events. */
function live(events: readonly JobEvent[], start: JobStatus = "pending"): Step[] {
  const steps: Step[] = [];
  for (const event of events) steps.push(step(steps.at(-1)?.to ?? start, event));
  return steps;
}

function forAllSteps(check: (step: Step) => void): void {
  fc.assert(fc.property(anyHistory, (events) => live(events).forEach(check)));
}

describe("a job", () => {
  it("leaves a job alone that has ended", () => {
    forAllSteps(({ from, to, refused }) => {
      if (["completed", "error", "canceled"].includes(from))
        expect({ to, refused }).toEqual({ to: from, refused: true });
    });
    expect(jobStatuses.filter(isFinalJobStatus)).toEqual(["completed", "error", "canceled"]);
  });

  it("puts a job in progress by a claim alone", () => {
    forAllSteps(({ from, event, to, refused }) => {
      if (to === "in_progress" && from !== "in_progress") expect(event).toBe("claim");
      if (event === "claim" && !refused) expect(["pending", "suspended"]).toContain(from);
    });
  });

  it("frees a job whose worker is lost", () => {
    fc.assert(
      fc.property(anyHistory, (events) => {
        const before = live(events).at(-1)?.to ?? "pending";

        const after = step(before, "lose_worker").to;

        if (before === "in_progress") expect(step(after, "claim").to).toBe("in_progress");
        else expect(after).toBe(before === "canceling" ? "canceled" : before);
      }),
    );
  });

  it("never goes on with a job that was asked to end", () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (before, after) => {
        const asked = step(live(before).at(-1)?.to ?? "pending", "request_cancel");
        fc.pre(!asked.refused);

        const statuses = [asked.to, ...live(after, asked.to).map(({ to }) => to)];

        expect(["canceling", "canceled", "error"]).toEqual(expect.arrayContaining(statuses));
      }),
    );
  });

  it("lets a person end every job that has not ended", () => {
    fc.assert(
      fc.property(anyHistory, (events) => {
        const status = live(events).at(-1)?.to ?? "pending";
        fc.pre(!isFinalJobStatus(status));

        const steps = live(["request_cancel", "confirm_cancel"], status);

        expect(steps[0]?.refused).toBe(false);
        expect(steps.at(-1)?.to).toBe("canceled");
      }),
    );
  });

  it("has a way to the end from every status", () => {
    const ways: Partial<Record<JobStatus, JobEvent[]>> = {
      pending: ["claim", "finish"],
      suspended: ["claim", "finish"],
      in_progress: ["finish"],
      canceling: ["confirm_cancel"],
    };

    fc.assert(
      fc.property(anyHistory, (events) => {
        const status = live(events).at(-1)?.to ?? "pending";

        const end = live(ways[status] ?? [], status).at(-1)?.to ?? status;

        expect(isFinalJobStatus(end)).toBe(true);
      }),
    );
  });

  it("gives a reason for refusing an event", () => {
    forAllSteps(({ from, event, to, refused }) => {
      const answer = nextJobStatus(from, event);
      if (refused) expect(answer).toEqual({ refused: expect.stringContaining(event) as string });
      else expect(answer).toBe(to);
    });
    expect(nextJobStatus("completed", "claim")).toEqual({
      refused: "The event claim is not allowed for a job that is completed.",
    });
    expect(nextJobStatus("in_progress", "confirm_cancel")).toEqual({
      refused: "The event confirm_cancel is not allowed for a job that is in_progress.",
    });
  });

  it("ends a job whose connector is gone", () => {
    forAllSteps(({ from }) => {
      expect(isFinalJobStatus(step(from, "lose_connector").to)).toBe(true);
    });
  });
});

describe("docs/job-states.md", () => {
  it("shows the table of the code", () => {
    const rows = tableUnder("## The table").map((cells) => cells.map((cell) => cell.replaceAll("`", "")));

    expect(rows).toEqual([
      ["status", ...jobEvents],
      ...jobStatuses.map((status) => [status, ...jobEvents.map((event) => cell(status, event))]),
    ]);
  });

  it("draws the transitions of the code", () => {
    const drawn = [...page.matchAll(/^ {2}(?<from>\w+) --> (?<to>\w+): (?<events>.+)$/gm)].flatMap(({ groups }) =>
      (groups?.["events"] ?? "")
        .split(", ")
        .map((event) => `${groups?.["from"] ?? ""} ${event} ${groups?.["to"] ?? ""}`),
    );

    const coded = jobStatuses.flatMap((status) =>
      jobEvents
        .map((event) => step(status, event))
        .flatMap(({ from, event, to, refused }) => (refused ? [] : [`${from} ${event} ${to}`])),
    );

    expect(drawn.sort()).toEqual(coded.sort());
  });

  it("lists every status and every event with its meaning", () => {
    const firstCells = [...page.matchAll(/^\| `(?<name>\w+)` +\| [^`–]/gm)].map(({ groups }) => groups?.["name"]);

    expect(firstCells).toEqual([...jobStatuses, ...jobEvents]);
  });

  it("names a test for each invariant", () => {
    const invariants = [...page.matchAll(/^(?<number>\d+)\. .+ Test: "(?<test>[^"]+)"$/gm)];
    const source = readFileSync(new URL(import.meta.url), "utf8");

    expect(invariants.map(({ groups }) => Number(groups?.["number"]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { groups } of invariants) expect(source).toContain(`it("${groups?.["test"] ?? ""}", `);
  });
});

function cell(status: JobStatus, event: JobEvent): string {
  const { to, refused } = step(status, event);
  return refused ? "–" : to;
}

function tableUnder(heading: string): string[][] {
  const [, section = ""] = page.split(heading);
  return section
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("| ---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
