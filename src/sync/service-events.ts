import type { EventEmitter } from "node:events";
import type { JobType } from "../connector/capabilities.ts";
import type { ConnectorStatus } from "../connector/stored-connector.ts";
import type { ObjectCounts, RunReport } from "./report.ts";

/** The run that an event belongs to. */
export interface RunIdentity {
  jobId: string;
  connectorId: string;
  indexName: string;
  type: JobType;
}

/** A failed request that is retried. */
export interface RequestRetry {
  server: "salesforce" | "elasticsearch";
  /** The request, without its parameters. */
  request: string;
  attempt: number;
  waitMs: number;
  reason: string;
}

/** What happens during a run, for progress displays, heartbeats and metrics. The log is written separately. */
export interface RunEvents {
  syncStarted: { startedAt: number };
  objectPlanned: { object: string };
  /** `counts` is a live object that continues to change. */
  pageRead: { object: string; counts: Readonly<ObjectCounts> };
  objectFinished: { object: string; counts: Readonly<ObjectCounts> };
  batchWritten: { documents: number; bytes: number };
  documentRefused: { id: string; reason: string };
  requestRetried: RequestRetry;
  syncFinished: { report: RunReport };
}

/** The events of the process. Listen to those of runs with `on(name, (run, detail) => …)`. */
export type ServiceEvents = { [Name in keyof RunEvents]: [run: RunIdentity, detail: RunEvents[Name]] } & {
  connectorStatusChanged: [{ connectorId: string; status: ConnectorStatus; error: string | null }];
};

/** Emits the events of one run. */
export type EmitRunEvent = <Name extends keyof RunEvents>(name: Name, detail: RunEvents[Name]) => void;

/** Emits the events of one run through the emitter of the process. */
export function emitterOf(events: Pick<EventEmitter<ServiceEvents>, "emit">, run: RunIdentity): EmitRunEvent {
  const emit = events.emit.bind(events) as (name: keyof RunEvents, run: RunIdentity, detail: unknown) => boolean;
  return (name, detail) => void emit(name, run, detail);
}
