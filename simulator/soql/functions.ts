/** `location` is DISTANCE; `point` is GEOLOCATION, an argument of DISTANCE only; `format` functions do not change the type of a field. */
export type FunctionKind = "aggregate" | "date" | "location" | "point" | "format" | "grouping";

const kinds: Readonly<Record<string, FunctionKind>> = {
  AVG: "aggregate",
  COUNT: "aggregate",
  COUNT_DISTINCT: "aggregate",
  MAX: "aggregate",
  MIN: "aggregate",
  SUM: "aggregate",
  CALENDAR_MONTH: "date",
  CALENDAR_QUARTER: "date",
  CALENDAR_YEAR: "date",
  DAY_IN_MONTH: "date",
  DAY_IN_WEEK: "date",
  DAY_IN_YEAR: "date",
  DAY_ONLY: "date",
  FISCAL_MONTH: "date",
  FISCAL_QUARTER: "date",
  FISCAL_YEAR: "date",
  HOUR_IN_DAY: "date",
  WEEK_IN_MONTH: "date",
  WEEK_IN_YEAR: "date",
  DISTANCE: "location",
  GEOLOCATION: "point",
  CONVERTCURRENCY: "format",
  CONVERTTIMEZONE: "format",
  FORMAT: "format",
  TOLABEL: "format",
  GROUPING: "grouping",
};

/** The kind of a SOQL function by its name in upper case. */
export function functionKind(name: string): FunctionKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}
