import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { FieldType } from "../schema/field-definition.ts";
import { isNumber } from "../schema/field-definition.ts";
import type { CompileContext } from "./compile-context.ts";
import { functionKind } from "./functions.ts";
import type { ResolvedField, Scope } from "./scope.ts";
import type { Expression, FieldPath, FunctionCall } from "./syntax.ts";
import { messageAt } from "./tokens.ts";

export interface CompiledExpression {
  readonly sql: string;
  readonly type: FieldType;
  /** The name in error messages. */
  readonly name: string;
  /** Offset in the statement. */
  readonly at: number;
  /** Set if the expression is a field, or a format function of a field. */
  readonly field: ResolvedField | undefined;
  readonly aggregate: boolean;
}

/** Compiles the expressions of one scope. */
export class ExpressionCompiler {
  readonly #scope: Scope;
  readonly #context: CompileContext;

  constructor(scope: Scope, context: CompileContext) {
    this.#scope = scope;
    this.#context = context;
  }

  compile(expression: Expression): CompiledExpression {
    if (expression.kind === "field") return this.#field(expression);
    if (expression.kind !== "call") throw malformedQuery("unexpected token: a literal instead of a field");
    const { name } = expression;
    const kind = functionKind(name);
    if (kind === "aggregate") return this.#aggregate(expression);
    if (kind === "date") return this.#datePart(expression);
    if (kind === "location") return this.#distance(expression);
    if (kind === "format" && name !== "CONVERTTIMEZONE") return this.compile(onlyArgument(expression));
    throw malformedQuery(`unexpected token: '${name}'`);
  }

  #field(path: FieldPath): CompiledExpression {
    const field = this.#scope.resolve(path);
    return { sql: field.sql, type: field.field.type, name: field.field.name, at: path.at, field, aggregate: false };
  }

  #aggregate(call: FunctionCall): CompiledExpression {
    if (call.name === "COUNT" && call.arguments.length === 0) {
      return { sql: "count(*)", type: "int", name: "COUNT", at: call.at, field: undefined, aggregate: true };
    }
    const inner = this.compile(onlyArgument(call));
    if (inner.aggregate) throw malformedQuery(`unexpected token: '${call.name}'`);
    checkAggregate(call.name, inner, this.#context);
    const traits = { name: call.name, at: call.at, field: inner.field, aggregate: true };
    switch (call.name) {
      case "COUNT":
        return { ...traits, sql: `count(${inner.sql})`, type: "int" };
      case "COUNT_DISTINCT":
        return { ...traits, sql: `count(DISTINCT ${inner.sql})`, type: "int" };
      case "SUM":
        return { ...traits, sql: `sum(${inner.sql})`, type: inner.type === "int" ? "int" : inner.type };
      case "AVG":
        return { ...traits, sql: `avg(${inner.sql})`, type: inner.type === "int" ? "double" : inner.type };
      default:
        return { ...traits, sql: `${call.name.toLowerCase()}(${inner.sql})`, type: inner.type };
    }
  }

  #datePart(call: FunctionCall): CompiledExpression {
    let argument = onlyArgument(call);
    let zone = "UTC";
    if (argument.kind === "call" && argument.name === "CONVERTTIMEZONE") {
      argument = onlyArgument(argument);
      zone = this.#context.settings.calendar.timeZone;
    }
    const inner = this.compile(argument);
    const takesDate = call.name !== "DAY_ONLY" && call.name !== "HOUR_IN_DAY" && zone === "UTC";
    if (inner.type !== "datetime" && !(inner.type === "date" && takesDate)) {
      throw badRequest(
        "INVALID_FIELD",
        messageAt(
          this.#context.statement.text,
          inner.at,
          `field '${inner.name}' does not support the function ${call.name}`,
        ),
      );
    }
    const start = this.#context.settings.calendar.fiscalStartMonth;
    const sql = `sf_date_part('${call.name}', ${inner.sql}, '${zone}', ${start})`;
    return {
      sql,
      type: call.name === "DAY_ONLY" ? "date" : "int",
      name: call.name,
      at: call.at,
      field: undefined,
      aggregate: false,
    };
  }

  #distance(call: FunctionCall): CompiledExpression {
    const [from, to, unit] = call.arguments;
    if (from?.kind !== "field" || to === undefined || unit?.kind !== "text") {
      throw malformedQuery("DISTANCE takes two locations and a unit, 'mi' or 'km'.");
    }
    if (unit.text !== "mi" && unit.text !== "km") {
      throw malformedQuery(`The unit of DISTANCE is 'mi' or 'km', not '${unit.text}'.`);
    }
    const sql = `sf_distance(${this.#point(from)}, ${this.#point(to)}, '${unit.text}')`;
    return { sql, type: "double", name: "DISTANCE", at: call.at, field: undefined, aggregate: false };
  }

  /** Latitude and longitude as two SQL expressions. */
  #point(expression: Expression): string {
    if (expression.kind === "call" && expression.name === "GEOLOCATION") {
      const [latitude, longitude] = expression.arguments;
      if (latitude?.kind !== "number" || longitude?.kind !== "number") {
        throw malformedQuery("GEOLOCATION takes a latitude and a longitude as numbers.");
      }
      return `${latitude.value}, ${longitude.value}`;
    }
    const source = expression.kind === "field" ? this.#scope.resolve(expression) : undefined;
    if (source?.field.type !== "location" && source?.field.type !== "address") {
      throw malformedQuery("DISTANCE takes a geolocation or address field, or GEOLOCATION(latitude, longitude).");
    }
    const compound = source.field.name;
    const parts = source.source.object?.fields.filter((field) => field.compound === compound) ?? [];
    return ["Latitude", "Longitude"]
      .map((word) => parts.find((part) => part.name.includes(word))?.name ?? "")
      .map((name) => this.#scope.fieldOf(source.source, name).sql)
      .join(", ");
  }
}

/** The argument of a function with one argument. */
export function onlyArgument(call: FunctionCall): Expression {
  const [argument, ...more] = call.arguments;
  if (argument === undefined || more.length > 0)
    throw malformedQuery(`unexpected token: '${call.name}' takes one field`);
  return argument;
}

/** "Support for Field Types in Aggregate Functions" */
function checkAggregate(name: string, inner: CompiledExpression, context: CompileContext): void {
  const countable =
    inner.type !== "address" &&
    inner.type !== "location" &&
    (inner.field === undefined || inner.field.field.filterable);
  const allowed = name.startsWith("COUNT")
    ? countable
    : name === "SUM" || name === "AVG"
      ? isNumber(inner.type)
      : countable && inner.type !== "multipicklist" && inner.type !== "boolean";
  if (allowed) return;
  throw malformedQuery(
    messageAt(context.statement.text, inner.at, `field ${inner.name} does not support aggregate operator ${name}`),
  );
}
