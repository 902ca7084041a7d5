import { expect, test } from "vitest";
import { isoDay } from "../core/date-values.ts";
import { dateRange } from "./date-ranges.ts";

// The evening of Wednesday, 2026-03-11, in Los Angeles; already Thursday in UTC.
const calendar = {
  now: Date.UTC(2026, 2, 12, 5),
  timeZone: "America/Los_Angeles",
  fiscalStartMonth: 2,
  firstDayOfWeek: 0,
};

test.each([
  ["TODAY", "2026-03-11", "2026-03-12"],
  ["YESTERDAY", "2026-03-10", "2026-03-11"],
  ["TOMORROW", "2026-03-12", "2026-03-13"],
  ["LAST_WEEK", "2026-03-01", "2026-03-08"],
  ["THIS_WEEK", "2026-03-08", "2026-03-15"],
  ["NEXT_WEEK", "2026-03-15", "2026-03-22"],
  ["LAST_MONTH", "2026-02-01", "2026-03-01"],
  ["NEXT_MONTH", "2026-04-01", "2026-05-01"],
  ["LAST_QUARTER", "2025-10-01", "2026-01-01"],
  ["THIS_QUARTER", "2026-01-01", "2026-04-01"],
  ["LAST_YEAR", "2025-01-01", "2026-01-01"],
  ["THIS_FISCAL_QUARTER", "2026-02-01", "2026-05-01"],
  ["LAST_FISCAL_QUARTER", "2025-11-01", "2026-02-01"],
  ["THIS_FISCAL_YEAR", "2026-02-01", "2027-02-01"],
  ["LAST_90_DAYS", "2025-12-11", "2026-03-12"],
  ["NEXT_90_DAYS", "2026-03-12", "2026-06-10"],
  ["LAST_N_DAYS:3", "2026-03-08", "2026-03-12"],
  ["NEXT_N_DAYS:3", "2026-03-12", "2026-03-15"],
  ["N_DAYS_AGO:3", "2026-03-08", "2026-03-09"],
  ["LAST_N_WEEKS:2", "2026-02-22", "2026-03-08"],
  ["LAST_N_MONTHS:2", "2026-01-01", "2026-03-01"],
  ["N_MONTHS_AGO:2", "2026-01-01", "2026-02-01"],
  ["NEXT_N_QUARTERS:2", "2026-04-01", "2026-10-01"],
  ["LAST_N_YEARS:2", "2024-01-01", "2026-01-01"],
  ["N_FISCAL_QUARTERS_AGO:1", "2025-11-01", "2026-02-01"],
  ["LAST_N_FISCAL_YEARS:1", "2025-02-01", "2026-02-01"],
])("%s is from %s to before %s", (literal, from, to) => {
  const range = dateRange(literal, calendar);

  expect([isoDay(range.from), isoDay(range.to)]).toEqual([from, to]);
});

test("weeks can begin on Monday", () => {
  const range = dateRange("THIS_WEEK", { ...calendar, firstDayOfWeek: 1 });

  expect([isoDay(range.from), isoDay(range.to)]).toEqual(["2026-03-09", "2026-03-16"]);
});

test("an unknown literal is an error", () => {
  expect(() => dateRange("LAST_N_DECADES:1", calendar)).toThrow("LAST_N_DECADES");
});
