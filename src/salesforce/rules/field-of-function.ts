import type { FieldType } from "@jetstreamapp/soql-parser-js";

/** Functions of one field, which is their first parameter. */
const functionsOfOneField: ReadonlySet<string> = new Set(["TOLABEL", "FORMAT", "CONVERTCURRENCY", "DISTANCE"]);

type FunctionItem = Extract<FieldType, { type: "FieldFunctionExpression" }>;

/** The field that a function shows, as in `FORMAT(convertCurrency(Amount))`; undefined for a function that may show others. */
export function fieldOfFunction({ functionName, parameters }: FunctionItem): string | undefined {
  if (!functionsOfOneField.has(functionName.toUpperCase())) return undefined;
  const [first] = parameters;
  return typeof first === "string" || first === undefined ? first : fieldOfFunction(first);
}
