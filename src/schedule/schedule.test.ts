import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeError } from "../core/errors.ts";
import { Schedule } from "./schedule.ts";

/** The next moments after 1 January 2026, a Thursday. */
function upcoming(expression: string, from = "2026-01-01T00:00:00Z", count = 3): string[] {
  return Schedule.parse(expression)
    .upcoming(Date.parse(from), count)
    .map((moment) => moment.toISOString().replace(".000Z", "").replace("T", " "));
}

function refusal(expression: string): string {
  try {
    Schedule.parse(expression);
  } catch (error) {
    return describeError(error);
  }
  return "taken";
}

describe("a schedule in Quartz form", () => {
  // The examples of Quartz's CronTrigger tutorial, with moments taken from a calendar of 2026.
  it.each([
    ["0 0 12 * * ?", "2026-01-01 12:00:00", "2026-01-02 12:00:00", "2026-01-03 12:00:00"],
    ["0 15 10 ? * *", "2026-01-01 10:15:00", "2026-01-02 10:15:00", "2026-01-03 10:15:00"],
    ["0 15 10 * * ? *", "2026-01-01 10:15:00", "2026-01-02 10:15:00", "2026-01-03 10:15:00"],
    ["0 * 14 * * ?", "2026-01-01 14:00:00", "2026-01-01 14:01:00", "2026-01-01 14:02:00"],
    ["0 0/5 14,18 * * ?", "2026-01-01 14:00:00", "2026-01-01 14:05:00", "2026-01-01 14:10:00"],
    ["0 0-5 14 * * ?", "2026-01-01 14:00:00", "2026-01-01 14:01:00", "2026-01-01 14:02:00"],
    ["0 10,44 14 ? 3 WED", "2026-03-04 14:10:00", "2026-03-04 14:44:00", "2026-03-11 14:10:00"],
    ["0 15 10 ? * MON-FRI", "2026-01-01 10:15:00", "2026-01-02 10:15:00", "2026-01-05 10:15:00"],
    ["0 15 10 15 * ?", "2026-01-15 10:15:00", "2026-02-15 10:15:00", "2026-03-15 10:15:00"],
    ["0 15 10 L * ?", "2026-01-31 10:15:00", "2026-02-28 10:15:00", "2026-03-31 10:15:00"],
    ["0 15 10 L-2 * ?", "2026-01-29 10:15:00", "2026-02-26 10:15:00", "2026-03-29 10:15:00"],
    ["0 15 10 ? * 6L", "2026-01-30 10:15:00", "2026-02-27 10:15:00", "2026-03-27 10:15:00"],
    ["0 15 10 ? * 6L 2027-2029", "2027-01-29 10:15:00", "2027-02-26 10:15:00", "2027-03-26 10:15:00"],
    ["0 15 10 ? * 6#3", "2026-01-16 10:15:00", "2026-02-20 10:15:00", "2026-03-20 10:15:00"],
    ["0 0 12 1/5 * ?", "2026-01-01 12:00:00", "2026-01-06 12:00:00", "2026-01-11 12:00:00"],
    ["0 11 11 11 11 ?", "2026-11-11 11:11:00", "2027-11-11 11:11:00", "2028-11-11 11:11:00"],
  ])("reads %s as the tutorial does", (expression, ...moments) => {
    expect(upcoming(expression)).toEqual(moments);
  });

  it.each([
    ["seconds in steps", "0/20 * * * * ?", "2026-01-01 00:00:20", "2026-01-01 00:00:40", "2026-01-01 00:01:00"],
    ["steps without a start", "/30 * * * * ?", "2026-01-01 00:00:30", "2026-01-01 00:01:00", "2026-01-01 00:01:30"],
    ["steps within a range", "0 10-30/15 8 * * ?", "2026-01-01 08:10:00", "2026-01-01 08:25:00", "2026-01-02 08:10:00"],
    ["a step of 0 as none", "0 5/0 8 * * ?", "2026-01-01 08:05:00", "2026-01-02 08:05:00", "2026-01-03 08:05:00"],
    ["hours over midnight", "0 0 22-1 * * ?", "2026-01-01 01:00:00", "2026-01-01 22:00:00", "2026-01-01 23:00:00"],
    ["steps over midnight", "0 0 22-4/3 * * ?", "2026-01-01 01:00:00", "2026-01-01 04:00:00", "2026-01-01 22:00:00"],
    [
      "days over the month's end",
      "0 0 0 31-1 * ?",
      "2026-01-31 00:00:00",
      "2026-02-01 00:00:00",
      "2026-03-01 00:00:00",
    ],
    [
      "months over the year's end",
      "0 0 0 5 nov-jan ?",
      "2026-01-05 00:00:00",
      "2026-11-05 00:00:00",
      "2026-12-05 00:00:00",
    ],
    [
      "weekdays over the week's end",
      "0 0 0 ? * Fri-Sun",
      "2026-01-02 00:00:00",
      "2026-01-03 00:00:00",
      "2026-01-04 00:00:00",
    ],
    ["day 1 as Sunday", "0 0 0 ? * 1", "2026-01-04 00:00:00", "2026-01-11 00:00:00", "2026-01-18 00:00:00"],
    [
      "numbers 2 to 6 as Monday to Friday",
      "0 0 0 ? * 2-6",
      "2026-01-02 00:00:00",
      "2026-01-05 00:00:00",
      "2026-01-06 00:00:00",
    ],
    ["L of the week as Saturday", "0 0 0 ? * L", "2026-01-03 00:00:00", "2026-01-10 00:00:00", "2026-01-17 00:00:00"],
    ["a name's last day", "0 0 0 ? * friL", "2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-27 00:00:00"],
    ["a name's third day", "0 0 0 ? * FRI#3", "2026-01-16 00:00:00", "2026-02-20 00:00:00", "2026-03-20 00:00:00"],
    [
      "fifth days, skipping months",
      "0 0 0 ? * 5#5",
      "2026-01-29 00:00:00",
      "2026-04-30 00:00:00",
      "2026-07-30 00:00:00",
    ],
    ["L-3", "0 0 0 L-3 * ?", "2026-01-28 00:00:00", "2026-02-25 00:00:00", "2026-03-28 00:00:00"],
    [
      "L-30 in months that have one",
      "0 0 0 L-30 * ?",
      "2026-03-01 00:00:00",
      "2026-05-01 00:00:00",
      "2026-07-01 00:00:00",
    ],
    // 15 February and 15 March 2026 are Sundays; 15 August is a Saturday.
    ["15W on a Sunday", "0 0 0 15W * ?", "2026-01-15 00:00:00", "2026-02-16 00:00:00", "2026-03-16 00:00:00"],
    ["15W on a Saturday", "0 0 0 15W AUG ?", "2026-08-14 00:00:00", "2027-08-16 00:00:00", "2028-08-15 00:00:00"],
    // 1 August 2026 and 1 May 2027 are Saturdays: the weekday before lies in another month.
    ["1W within the month", "0 0 0 1W 5,8 ?", "2026-05-01 00:00:00", "2026-08-03 00:00:00", "2027-05-03 00:00:00"],
    ["31W within the month", "0 0 0 31W 4,5 ?", "2026-05-29 00:00:00", "2027-05-31 00:00:00", "2028-05-31 00:00:00"],
    ["several W", "0 0 0 1W,15W FEB ?", "2026-02-02 00:00:00", "2026-02-16 00:00:00", "2027-02-01 00:00:00"],
    ["LW", "0 0 0 LW * ?", "2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-31 00:00:00"],
    ["L-3W", "0 0 0 L-3W * ?", "2026-01-28 00:00:00", "2026-02-25 00:00:00", "2026-03-27 00:00:00"],
    ["leap days", "0 0 0 29 2 ?", "2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00"],
    ["years in steps", "0 0 0 1 1 ? 2027/3", "2027-01-01 00:00:00", "2030-01-01 00:00:00", "2033-01-01 00:00:00"],
    ["tabs and many blanks", " 0\t0  0 * * ? ", "2026-01-02 00:00:00", "2026-01-03 00:00:00", "2026-01-04 00:00:00"],
  ])("reads %s", (_, expression, ...moments) => {
    expect(upcoming(expression)).toEqual(moments);
  });

  it("returns times strictly after the given one, on whole seconds", () => {
    const schedule = Schedule.parse("* * * * * ?");

    expect(schedule.next(5_000)).toBe(6_000);
    expect(schedule.next(5_001)).toBe(6_000);
    expect(schedule.next(5_999)).toBe(6_000);
  });

  it.each(["0 0 0 30 2 ?", "0 0 0 1 1 ? 2025", "0 0 0 31W 4 ?", "0 0 0 1 1 ? 1970"])(
    "finds no time for %s",
    (expression) => {
      expect(Schedule.parse(expression).next(Date.parse("2026-01-01T00:00:00Z"))).toBeUndefined();
      expect(upcoming(expression)).toEqual([]);
    },
  );

  it("returns no time for an invalid date", () => {
    const schedule = Schedule.parse("0 0 0 * * ?");

    expect(schedule.next(Number.NaN)).toBeUndefined();
    expect(schedule.next(Number.POSITIVE_INFINITY)).toBeUndefined();
    expect(schedule.next(Date.parse("0001-01-01T00:00:00Z"))).toBe(0);
  });

  it.each([
    ["", "expected six or seven fields, found 0"],
    ["0 0 * * ?", "expected six or seven fields, found 5"],
    ["0 0 0 * * ? * *", "expected six or seven fields, found 8"],
    ["60 0 0 * * ?", 'the seconds field is "60"; expected 0 to 59'],
    ["0 0-60 0 * * ?", 'the minutes field is "60"; expected 0 to 59'],
    ["0 0 24 * * ?", 'the hours field is "24"; expected 0 to 23'],
    ["0 0 0 0 * ?", 'the day of month field is "0"; expected 1 to 31'],
    ["0 0 0 * 13 ?", 'the month field is "13"; expected 1 to 12 or JAN to DEC'],
    ["0 0 0 ? FOO *", 'the month field is "FOO"; expected 1 to 12 or JAN to DEC'],
    ["0 0 0 ? * 0", 'the day of week field is "0"; expected 1 to 7 or SUN to SAT'],
    ["0 0 0 ? * 8L", 'the day of week field is "8"; expected 1 to 7 or SUN to SAT'],
    ["0 0 0 * * ? 1969", 'the year field is "1969"; expected 1970 to 2199'],
    ["0 0 0 * * ? 2030-2027", "expected a range whose end is not before its start"],
    ["0 0 0 ? * 6#6", 'the day of week field is "6#6"; expected a number from 1 to 5 after the #'],
    ["0 0 0 ? * 2#1,6#3", "expected # only once"],
    ["0 0 0 L,15 * ?", 'the day of month field is "L,15"; expected L to stand alone, not in a list'],
    ["0 0 0 ? * 2,6L", 'the day of week field is "2,6L"; expected L to stand alone, not in a list'],
    ["0 0 0 L-31 * ?", "expected at most 30 days before the last one"],
    ["0 0 0 32W * ?", 'the day of month field is "32"; expected 1 to 31'],
    ["0 0 0 ? * MON-6", "expected a range of two numbers or of two names"],
    ["*/60 * * * * ?", "expected a step of at most 59 after the /"],
    ["0/ * * * * ?", 'the seconds field is "0/"; expected 0 to 59'],
    ["0 0 0 5X * ?", 'the day of month field is "5X"; expected 1 to 31'],
    ["0 0 ? * * ?", 'the hours field is "?"; expected 0 to 23'],
    ["0 0 0 ?,5 * ?", 'the day of month field is "?"; expected 1 to 31'],
    [", 0 0 * * ?", 'the seconds field is ","; expected 0 to 59'],
    ["0 0 0 ? * ?", "the day of month and the day of week field are both ?"],
    ["0 0 0 15 * 2", 'the day of month field is "15" and the day of week field "2"; expected ? in one of them'],
    ["0 0 0 * * *", "expected ? in one of them"],
    ["0 0 0 1 * *", "expected ? in one of them"],
  ])("refuses %j", (expression, reason) => {
    const message = refusal(expression);

    expect(message).toContain(reason);
    expect(message).toContain(`${JSON.stringify(expression)} is not a Quartz expression: `);
    expect(message).toContain('"0 0 0 * * ?" is every midnight, UTC.');
  });

  it("throws only a ScheduleError", () => {
    const characters = fc.string({
      unit: fc.constantFrom("0", "1", "5", "9", "*", "?", "/", "-", ",", "#", "L", "W", "SUN", "MON", " "),
      maxLength: 30,
    });

    fc.assert(
      fc.property(characters, (text) => {
        const message = refusal(text);
        expect(message === "taken" || message.includes("is not a Quartz expression")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
