// Loaded by `--import` into a service under test: its clock is ahead by TEST_CLOCK_AHEAD_MS, and runs TEST_TIME_FACTOR times as fast as the
// machine's since TEST_TIME_SINCE. Its timers are shorter by the same factor.
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const setting = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const factor = setting("TEST_TIME_FACTOR", 1);
const aheadMs = setting("TEST_CLOCK_AHEAD_MS", 0);
const since = setting("TEST_TIME_SINCE", Date.now());

const MachineDate = Date;
const machineNow = Date.now.bind(Date);
const now = (): number => Math.round(since + (machineNow() - since) * factor + aheadMs);

class ShiftedDate extends MachineDate {
  static override now = now;

  constructor(...parts: unknown[]) {
    // The constructor of Date has overloads that cannot be passed through.
    super(...((parts.length === 0 ? [now()] : parts) as [number]));
  }
}
globalThis.Date = ShiftedDate as DateConstructor;

if (factor !== 1) {
  const { setTimeout: machineTimeout } = globalThis;
  globalThis.setTimeout = ((work: () => void, ms = 0, ...rest: []) =>
    machineTimeout(work, ms / factor, ...rest)) as typeof setTimeout;
  const machineSignal = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => machineSignal(Math.max(1, Math.round(ms / factor)));
  const machineSleep = timers.setTimeout;
  timers.setTimeout = ((ms: number, ...rest: []) => machineSleep(ms / factor, ...rest)) as typeof machineSleep;
  syncBuiltinESMExports();
}
