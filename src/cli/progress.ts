import type { ProgressListener } from "../sync/run-context.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import type { Terminal } from "./terminal.ts";

/** Shows how far a sync is. */
export interface ProgressDisplay {
  listener: ProgressListener;
  /** Takes it off the screen. */
  end(): void;
}

type Counts = Parameters<ProgressListener>[1];

/** Bars where a person watches, lines where nobody does. */
export async function showProgress(terminal: Terminal, clock: Clock = systemClock): Promise<ProgressDisplay> {
  return terminal.interactive ? showBars() : showLines(terminal, clock);
}

/** What is done of an object: what is known of every extracted record is either written, or that it need not be. */
function done({ written, unchanged, filtered, refused }: Counts): number {
  return written + unchanged + filtered + refused;
}

const lineEveryMs = 5_000;

/** One line an object every few seconds, and one when it is finished. */
function showLines(terminal: Terminal, clock: Clock): ProgressDisplay {
  const begun = clock.now();
  const said = new Map<string, number>();
  const listener: ProgressListener = (name, counts, finished) => {
    const now = clock.now();
    if (!finished && now - (said.get(name) ?? begun) < lineEveryMs) return;
    said.set(name, now);
    terminal.err(progressLine(name, counts, { seconds: (now - begun) / 1000, finished }));
  };
  return { listener, end: () => undefined };
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

async function showBars(): Promise<ProgressDisplay> {
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
  const begun = Date.now();
  const shown = new Map<string, ReturnType<typeof bars.create>>();
  const listener: ProgressListener = (name, counts, finished) => {
    const bar = shown.get(name) ?? bars.create(counts.source, 0, { name: name.padEnd(20), rate: 0 });
    shown.set(name, bar);
    bar.setTotal(counts.source);
    const seconds = (Date.now() - begun) / 1000;
    const value = finished ? counts.extracted : done(counts);
    bar.update(value, { rate: seconds > 0 ? Math.round(value / seconds) : 0 });
  };
  return { listener, end: () => bars.stop() };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
