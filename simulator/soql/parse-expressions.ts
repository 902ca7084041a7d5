import type { FieldFunctionExpression, FunctionExp } from "@jetstreamapp/soql-parser-js";
import { malformedQuery } from "../salesforce-error.ts";
import type { Expression } from "./syntax.ts";
import { unquote } from "./tokens.ts";

/** A field path such as `a.Owner.Name`. */
export function expressionOfPath(path: string): Expression {
  return { kind: "field", path: path.split(".") };
}

/** A function call with its arguments. */
export function expressionOfCall(call: FunctionExp | FieldFunctionExpression): Expression {
  if (call.functionName === undefined) throw malformedQuery(`unexpected token: ${call.rawValue ?? "("}`);
  return {
    kind: "call",
    name: call.functionName.toUpperCase(),
    arguments: (call.parameters ?? []).map((parameter) =>
      typeof parameter === "string" ? argument(parameter) : expressionOfCall(parameter),
    ),
  };
}

function argument(text: string): Expression {
  if (text.startsWith("'")) return { kind: "text", text: unquote(text) };
  if (/^[+-]?[\d.]+$/u.test(text)) return { kind: "number", value: Number(text) };
  return expressionOfPath(text);
}
