import { isDateLiteral } from "./date-ranges.ts";
import { type FunctionKind, functionKind } from "./functions.ts";
import { unquote } from "./string-literals.ts";
import type { Expression, FieldPath, FunctionCall, Literal } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** The functions that are allowed in the arguments of a function. */
const argumentKinds: Readonly<Record<FunctionKind, readonly FunctionKind[]>> = {
  aggregate: ["format", "grouping"],
  date: ["format", "grouping"],
  location: ["point"],
  point: [],
  format: ["aggregate", "format", "grouping"],
  grouping: ["aggregate", "format", "grouping"],
};

/** A field path, or a call of a function of one of these kinds. */
export function parseExpression(tokens: TokenReader, kinds: readonly FunctionKind[]): FieldPath | FunctionCall {
  return tokens.peek(1).text === "(" ? parseCall(tokens, kinds) : parsePath(tokens);
}

export function parsePath(tokens: TokenReader): FieldPath {
  if (!tokens.seesName()) throw tokens.unexpected();
  const { text, at } = tokens.next();
  return { kind: "field", names: text.split("."), at };
}

function parseCall(tokens: TokenReader, kinds: readonly FunctionKind[]): FunctionCall {
  const { text, at } = tokens.peek();
  const name = text.toUpperCase();
  const kind = functionKind(name);
  if (kind === undefined || !kinds.includes(kind)) throw tokens.unexpected();
  tokens.next();
  return { kind: "call", name, arguments: parseArguments(tokens, argumentKinds[kind]), at };
}

function parseArguments(tokens: TokenReader, kinds: readonly FunctionKind[]): Expression[] {
  tokens.expect("(");
  if (tokens.accepts(")")) return [];
  const parsed = tokens.nested(() => tokens.list(() => parseArgument(tokens, kinds)));
  tokens.expect(")");
  return parsed;
}

function parseArgument(tokens: TokenReader, kinds: readonly FunctionKind[]): Expression {
  switch (tokens.peek().kind) {
    case "string":
      return { kind: "text", text: unquote(tokens.next().text) };
    case "number":
      return { kind: "number", value: Number(tokens.next().text) };
    default:
      return parseExpression(tokens, kinds);
  }
}

/** A value on the right of an operator. */
export function parseLiteral(tokens: TokenReader): Literal {
  const { kind, text, at } = tokens.peek();
  if (kind === "string") {
    tokens.next();
    return { kind, text: unquote(text), raw: text.slice(1, -1), at };
  }
  if (kind === "word") return parseWordLiteral(tokens);
  if (kind === "symbol" || kind === "end") throw tokens.unexpected();
  tokens.next();
  return { kind, text: text.toUpperCase(), at };
}

/** `null`, `TRUE`, `USD5000`, `LAST_MONTH`, `LAST_N_DAYS:5` */
function parseWordLiteral(tokens: TokenReader): Literal {
  const { text: written, at } = tokens.peek();
  const text = written.toUpperCase();
  if (tokens.accepts("NULL")) return { kind: "null", text, at };
  if (tokens.accepts("TRUE") || tokens.accepts("FALSE")) return { kind: "boolean", text, at };
  const counted = tokens.sees(text, ":") ? `${text}:${tokens.peek(2).text}` : text;
  if (isDateLiteral(counted)) {
    tokens.skip(counted === text ? 1 : 3);
    return { kind: "dateLiteral", text: counted, at };
  }
  if (!/^[A-Z]{3}\d+(?:\.\d+)?$/u.test(text)) throw tokens.unexpected();
  tokens.skip(1);
  return { kind: "currency", text, at };
}
