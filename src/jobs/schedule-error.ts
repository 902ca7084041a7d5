import { ConnectorError } from "../core/errors.ts";

/** A schedule that is not one. */
export class ScheduleError extends ConnectorError {
  override readonly code = "schedule";
  override readonly exitCode = 2;
}
