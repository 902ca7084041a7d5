import { AppError } from "../core/errors.ts";

/** A schedule that is not one. */
export class ScheduleError extends AppError {
  override readonly code = "schedule";
  override readonly exitCode = 2;
}
