import type { FieldDefinition } from "../schema/field-definition.ts";
import { isNumber, isText } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { CompileContext, type CompileSettings } from "../soql/compile-context.ts";
import { Scope } from "../soql/scope.ts";
import type { Expression, FieldPath, Query, SelectItem } from "../soql/syntax.ts";

/** The description of a column (`columns=true`). It has the members that the Salesforce CLI reads; others are unconfirmed. */
export interface QueryColumn {
  readonly aggregate: boolean;
  readonly apexType: string | null;
  readonly booleanType: boolean;
  readonly columnName: string;
  readonly custom: boolean;
  readonly displayName: string;
  readonly foreignKeyName: string | null;
  readonly insertable: boolean;
  /** The columns of a parent or of a child subquery. */
  readonly joinColumns: readonly QueryColumn[];
  readonly numberType: boolean;
  readonly textType: boolean;
  readonly updatable: boolean;
}

const plainColumn = {
  aggregate: false,
  apexType: null,
  booleanType: false,
  custom: false,
  foreignKeyName: null,
  insertable: false,
  joinColumns: [],
  numberType: false,
  textType: false,
  updatable: false,
} as const;

/** Describes the columns of a valid statement. Paths to the same parent share a column. */
export function queryColumns(query: Query, settings: CompileSettings): readonly QueryColumn[] {
  const object = settings.user.object(query.from.name);
  return object === undefined ? [] : new ColumnReader(object, settings).columns(query);
}

class ColumnReader {
  readonly #object: ObjectDefinition;
  readonly #settings: CompileSettings;
  #unnamed = 0;

  constructor(object: ObjectDefinition, settings: CompileSettings) {
    this.#object = object;
    this.#settings = settings;
  }

  columns({ select, from }: Query): QueryColumn[] {
    const scope = new Scope(CompileContext.of(this.#settings, "").statement, this.#object, from);
    return mergedParents(select.flatMap((item) => this.#itemColumns(item, scope)));
  }

  #itemColumns(item: SelectItem, scope: Scope): QueryColumn[] {
    switch (item.kind) {
      case "expression":
        return [this.#expressionColumn(item.expression, item.alias, scope)];
      case "fields":
        return this.#object.fields
          .filter((field) => item.which === "ALL" || field.custom === (item.which === "CUSTOM"))
          .filter((field) => this.#settings.user.canRead(this.#object, field))
          .map((field) => fieldColumn(field));
      case "typeof":
        return [named(item.reference.names.join("."), { joinColumns: [named("Name", { textType: true })] })];
      case "subquery":
        return [this.#subqueryColumn(item.query)];
    }
  }

  #expressionColumn(expression: Expression, alias: string | undefined, scope: Scope): QueryColumn {
    if (expression.kind === "field") return pathColumn(expression, scope);
    const column = { aggregate: true, displayName: written(expression) };
    if (alias !== undefined) return named(alias, column);
    this.#unnamed += 1;
    return named(`expr${this.#unnamed - 1}`, column);
  }

  #subqueryColumn(query: Query): QueryColumn {
    const relationship = this.#settings.schema.child(this.#object, query.from.name);
    const child = this.#settings.user.object(relationship?.childObject ?? "");
    const joinColumns = child === undefined ? [] : new ColumnReader(child, this.#settings).columns(query);
    return named(relationship?.relationshipName ?? query.from.name, { aggregate: true, joinColumns });
  }
}

function pathColumn(path: FieldPath, scope: Scope): QueryColumn {
  const { source, field } = scope.resolve(path);
  const parents = source.path.toReversed();
  return parents.reduce((column, name) => named(name, { joinColumns: [column] }), fieldColumn(field));
}

function fieldColumn(field: FieldDefinition): QueryColumn {
  return named(field.name, {
    apexType: apexType(field),
    booleanType: field.type === "boolean",
    custom: field.custom,
    insertable: field.createable,
    numberType: isNumber(field.type),
    textType: isText(field.type),
    updatable: field.updateable,
  });
}

function named(name: string, traits: Partial<QueryColumn>): QueryColumn {
  return { ...plainColumn, columnName: name, displayName: name, ...traits };
}

const apexTypes: Partial<Record<FieldDefinition["type"], string>> = {
  id: "Id",
  reference: "Id",
  boolean: "Boolean",
  int: "Integer",
  double: "Double",
  currency: "Double",
  percent: "Double",
  date: "Date",
  datetime: "Datetime",
  time: "Time",
  base64: "Blob",
  address: "Address",
  location: "Location",
};

function apexType({ type }: FieldDefinition): string {
  return apexTypes[type] ?? "String";
}

/** An expression as it is displayed: `count(Id)` */
function written(expression: Expression): string {
  switch (expression.kind) {
    case "field":
      return expression.names.join(".");
    case "call":
      return `${expression.name.toLowerCase()}(${expression.arguments.map((argument) => written(argument)).join(", ")})`;
    case "text":
      return `'${expression.text}'`;
    case "number":
      return String(expression.value);
  }
}

/** Combines the columns of the same parent, such as `Account.Name` and `Account.Owner.Name`. */
function mergedParents(columns: readonly QueryColumn[]): QueryColumn[] {
  const merged = new Map<string, QueryColumn>();
  for (const column of columns) {
    const other = merged.get(column.columnName);
    const joinColumns =
      other === undefined ? column.joinColumns : mergedParents([...other.joinColumns, ...column.joinColumns]);
    merged.set(column.columnName, { ...column, joinColumns });
  }
  return [...merged.values()];
}
