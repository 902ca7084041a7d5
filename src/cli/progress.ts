import type { EventEmitter } from "node:events";
import { systemClock, type Clock } from "../core/clock.ts";
import type { ObjectCounts } from "../sync/report.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import type { Terminal } from "./terminal.ts";

/** A progress display of a sync. */
export interface ProgressDisplay {
  end(): void;
}

type Counts = Readonly<ObjectCounts>;
type ShowObject = (name: string, counts: Counts, finished: boolean) => void;

/** Shows progress bars on a terminal, otherwise lines. */
export async function showProgress(
  events: EventEmitter<ServiceEvents>,
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<ProgressDisplay> {
  const display = terminal.interactive ? await createBars(clock) : createLines(terminal, clock);
  events.on("pageRead", (_, { object, counts }) => display.show(object, counts, false));
  events.on("objectFinished", (_, { object, counts }) => display.show(object, counts, true));
  return display;
}

/** The extracted records whose result is known. */
function done({ written, unchanged, filtered, refused }: Counts): number {
  return written + unchanged + filtered + refused;
}

const lineEveryMs = 5_000;

/** One line for each object every few seconds, and one when it is finished. */
function createLines(terminal: Terminal, clock: Clock): ProgressDisplay & { show: ShowObject } {
  const startedAt = clock.now();
  const shownAt = new Map<string, number>();
  const show: ShowObject = (name, counts, finished) => {
    const now = clock.now();
    if (!finished && now - (shownAt.get(name) ?? startedAt) < lineEveryMs) return;
    shownAt.set(name, now);
    terminal.err(progressLine(name, counts, { seconds: (now - startedAt) / 1000, finished }));
  };
  return { show, end: () => undefined };
}

/** Such as `Account  12,000 of 60,000 (20 %), 4,000 a second, 12 s left`. */
function progressLine(
  name: string,
  counts: Counts,
  { seconds, finished }: { seconds: number; finished: boolean },
): string {
  const total = counts.source;
  const read = Math.max(done(counts), finished ? counts.extracted : 0);
  const rate = seconds > 0 ? read / seconds : 0;
  const parts = [`${number(read)} of ${number(total)}${total > 0 ? ` (${Math.floor((100 * read) / total)} %)` : ""}`];
  if (finished)
    parts.push(
      `${number(counts.unchanged)} unchanged`,
      ...(counts.deleted > 0 ? [`${number(counts.deleted)} deleted`] : []),
      `read in ${seconds.toFixed(1)} s`,
    );
  else if (rate > 0) parts.push(`${number(Math.round(rate))} a second`, `${Math.ceil((total - read) / rate)} s left`);
  return `${name.padEnd(20)} ${parts.join(", ")}`;
}

async function createBars(clock: Clock): Promise<ProgressDisplay & { show: ShowObject }> {
  const { MultiBar, Presets } = await import("cli-progress");
  const bars = new MultiBar(
    {
      format: "{name} {bar} {percentage} % | {value}/{total} | {rate}/s | {eta_formatted} left",
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stderr,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  const startedAt = clock.now();
  const shown = new Map<string, ReturnType<typeof bars.create>>();
  const show: ShowObject = (name, counts, finished) => {
    const bar = shown.get(name) ?? bars.create(counts.source, 0, { name: name.padEnd(20), rate: 0 });
    shown.set(name, bar);
    bar.setTotal(counts.source);
    const seconds = (clock.now() - startedAt) / 1000;
    const value = finished ? counts.extracted : done(counts);
    bar.update(value, { rate: seconds > 0 ? Math.round(value / seconds) : 0 });
  };
  return { show, end: () => bars.stop() };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
