import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import { isLongText, isStored } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { CompileContext } from "../soql/compile-context.ts";
import type { ResolvedField, RowSource, Scope } from "../soql/scope.ts";
import type { FieldPath, TypeBranch } from "../soql/syntax.ts";
import {
  compoundWriter,
  formatWriter,
  type RenderSettings,
  type Row,
  valueWriter,
  type Writer,
} from "./value-writers.ts";

/** Writes a member of a record. `children` is the JSON of each child subquery, in the order of the plan. */
type MemberWriter = (row: Row, children: readonly string[]) => string;

interface Node {
  readonly source: RowSource;
  /** If true, `attributes` of a polymorphic parent has the type of the referenced record (TYPEOF), else "Name". */
  readonly namesType: boolean;
  readonly idIndex: number;
  readonly members: Map<string, { readonly key: string; readonly write: MemberWriter }>;
}

/** Collects the columns of a SELECT list and builds the function that writes its records as JSON. */
export class RecordWriterBuilder {
  readonly columns: string[] = [];
  /** The number of selected custom long text fields. */
  longTexts = 0;
  readonly #scope: Scope;
  readonly #context: CompileContext;
  readonly #settings: RenderSettings;
  readonly #nodes = new Map<string, Node>();
  readonly #root: Node;

  constructor(scope: Scope, context: CompileContext, settings: RenderSettings) {
    this.#scope = scope;
    this.#context = context;
    this.#settings = settings;
    this.#root = this.#createNode(scope.root, false);
    this.#nodes.set("", this.#root);
  }

  addPath(path: FieldPath): void {
    this.#addField(this.#scope.resolve(path));
  }

  addRootField(name: string): void {
    this.#addField(this.#scope.fieldOf(this.#scope.root, name));
  }

  /** Adds a format function of a field, with its alias or the field's name as key. */
  addFormatted(path: FieldPath, { alias, format }: { alias: string | undefined; format: boolean }): void {
    const resolved = this.#scope.resolve(path);
    if (!isStored(resolved.field) && resolved.field.formula === undefined) {
      throw malformedQuery(`field '${resolved.field.name}' can not be used in a function of the SELECT list`);
    }
    const index = this.#column(resolved.sql);
    const write = format ? formatWriter(resolved.field, index) : valueWriter(resolved.field, index);
    const node = alias === undefined ? this.#nodeOf(resolved.source) : this.#root;
    this.#addMember(node, alias ?? resolved.field.name, write);
  }

  addNumber(sql: string, key: string): void {
    this.#addMember(this.#root, key, valueWriter({ type: "double" }, this.#column(sql)));
  }

  addChild(relationshipName: string, index: number): void {
    this.#addMember(this.#root, relationshipName, (_row, children) => children[index] ?? "null");
  }

  /** Adds a TYPEOF: the object of the referenced record selects the branch. */
  addTypeOf({ names, at }: FieldPath, branches: readonly TypeBranch[]): void {
    const source = this.#scope.source(names, at);
    if (source.object !== undefined) {
      throw malformedQuery(
        `TYPEOF needs a relationship to several objects; ${names.join(".")} refers to ${source.object.name} only.`,
      );
    }
    const writers = new Map<string, Writer>();
    for (const branch of branches) {
      if (branch.object !== undefined) this.#addBranch(source, branch, writers);
    }
    const otherwise = branches.find((branch) => branch.object === undefined);
    const elseNode = this.#createNode(source, true);
    for (const fieldPath of otherwise?.fields ?? []) this.#addBranchField(elseNode, source, fieldPath);
    const writeElse = otherwise === undefined ? this.#attributesOnly(elseNode) : this.#writer(elseNode);
    const { idIndex } = elseNode;
    this.#addMember(this.#root, source.path.at(-1) ?? "", (row) => {
      const id = row[idIndex];
      return typeof id === "string" ? (writers.get(id.slice(0, 3)) ?? writeElse)(row) : "null";
    });
  }

  build(): (row: Row, children: readonly string[]) => string {
    return this.#nodeWriter(this.#root);
  }

  #addBranch(source: RowSource, branch: TypeBranch, writers: Map<string, Writer>): void {
    const target = source.targets.find(({ name }) => name.toLowerCase() === branch.object?.toLowerCase());
    if (target === undefined) {
      throw badRequest(
        "INVALID_TYPE",
        `sObject type '${branch.object ?? ""}' is not a possible type of this relationship.`,
      );
    }
    const node = this.#createNode(source, true);
    for (const { names } of branch.fields) {
      const [name, ...more] = names;
      if (name === undefined || more.length > 0) throw malformedQuery(`TYPEOF takes plain fields: ${names.join(".")}`);
      const field = target.fieldsByName.get(name.toLowerCase());
      if (field === undefined || !this.#context.settings.user.canRead(target, field)) {
        throw badRequest("INVALID_FIELD", `No such column '${name}' on entity '${target.name}'.`);
      }
      this.#addTargetField(node, target, field);
    }
    writers.set(target.prefix, this.#writer(node));
  }

  #addTargetField(node: Node, target: ObjectDefinition, field: FieldDefinition): void {
    const lookup = (part: FieldDefinition) =>
      `(SELECT ${part.formula === undefined ? `n."${part.name}"` : formulaSql(part)} FROM "${target.name}" n WHERE n."Id" = ${node.source.idSql})`;
    this.#addMember(
      node,
      field.name,
      this.#fieldWriter({ object: target, field, sqlOf: lookup, idIndex: node.idIndex }),
    );
  }

  #addBranchField(node: Node, source: RowSource, { names, at }: FieldPath): void {
    const [name, ...more] = names;
    if (name === undefined || more.length > 0) throw malformedQuery(`ELSE takes plain fields: ${names.join(".")}`);
    const resolved = this.#scope.fieldOf(source, name, at);
    this.#addMember(node, resolved.field.name, valueWriter(resolved.field, this.#column(resolved.sql)));
  }

  #addField(resolved: ResolvedField): void {
    const node = this.#nodeOf(resolved.source);
    const { field, source } = resolved;
    if (field.custom && isLongText(field)) this.longTexts += 1;
    const sqlOf = (part: FieldDefinition) => this.#scope.fieldOf(source, part.name).sql;
    const write = this.#fieldWriter({ object: source.object, field, sqlOf, idIndex: node.idIndex });
    this.#addMember(node, field.name, write);
  }

  #fieldWriter({
    object,
    field,
    sqlOf,
    idIndex,
  }: {
    object: ObjectDefinition | undefined;
    field: FieldDefinition;
    sqlOf: (part: FieldDefinition) => string;
    idIndex: number;
  }): Writer {
    if (object !== undefined && (field.type === "address" || field.type === "location")) {
      const parts = object.fields.filter((part) => part.compound === field.name);
      return compoundWriter(
        parts
          .map((part) => ({ key: componentKey(part.name), write: valueWriter(part, this.#column(sqlOf(part))) }))
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
      );
    }
    if (object !== undefined && (field.type === "base64" || field.name === "VersionDataUrl")) {
      const base = `${field.type === "base64" ? "" : this.#settings.instanceUrl}${this.#settings.basePath}`;
      const name = field.type === "base64" ? field.name : "VersionData";
      return (row) => JSON.stringify(`${base}/sobjects/${object.name}/${String(row[idIndex])}/${name}`);
    }
    return valueWriter(field, this.#column(sqlOf(field)));
  }

  #addMember(node: Node, key: string, write: MemberWriter): void {
    if (node.members.has(key.toLowerCase())) {
      throw badRequest("INVALID_FIELD", `duplicate field selected: ${[...node.source.path, key].join(".")}`);
    }
    node.members.set(key.toLowerCase(), { key, write });
  }

  #nodeOf(source: RowSource): Node {
    const key = source.path.join(".").toLowerCase();
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const parent = this.#nodeOf(this.#scope.source(source.path.slice(0, -1)));
    const node = this.#createNode(source, false);
    this.#nodes.set(key, node);
    const write = this.#writer(node);
    this.#addMember(parent, source.path.at(-1) ?? "", write);
    return node;
  }

  #createNode(source: RowSource, namesType: boolean): Node {
    return { source, namesType, idIndex: this.#column(source.idSql), members: new Map() };
  }

  #column(sql: string): number {
    const known = this.columns.indexOf(sql);
    if (known >= 0) return known;
    this.columns.push(sql);
    return this.columns.length - 1;
  }

  /** Members can be added to the node until the first row is written. */
  #writer(node: Node): Writer {
    let write: ((row: Row, children: readonly string[]) => string) | undefined;
    return (row) => {
      write ??= this.#nodeWriter(node);
      return write(row, []);
    };
  }

  #attributesOnly(node: Node): Writer {
    return this.#writer(node);
  }

  #nodeWriter({ source, namesType, idIndex, members }: Node): (row: Row, children: readonly string[]) => string {
    const { user } = this.#context.settings;
    const { basePath } = this.#settings;
    const writers = [...members.values()].map(({ key, write }) => ({ start: `,${JSON.stringify(key)}:`, write }));
    const head = (type: string, urlType = type) =>
      `{"attributes":{"type":"${type}","url":"${basePath}/sobjects/${urlType}/`;
    const known = source.object === undefined ? undefined : head(source.object.name);
    const polymorphic = (id: string) => {
      const type = user.byPrefix(id.slice(0, 3))?.name ?? "Name";
      return head(namesType ? type : "Name", type);
    };
    return (row, children) => {
      const id = row[idIndex];
      if (typeof id !== "string") return "null";
      let json = `${known ?? polymorphic(id)}${id}"}`;
      for (const { start, write } of writers) json += start + write(row, children);
      return `${json}}`;
    };
  }
}

function formulaSql(field: FieldDefinition): string {
  return (field.formula ?? "NULL").replaceAll(/\{(\w+)\}/gu, (_, column: string) => `n."${column}"`);
}

/** `BillingPostalCode` → `postalCode`, `Site__Latitude__s` → `latitude`. */
function componentKey(name: string): string {
  const known = [
    "GeocodeAccuracy",
    "PostalCode",
    "StateCode",
    "CountryCode",
    "Latitude",
    "Longitude",
    "Street",
    "City",
    "State",
    "Country",
  ].find((word) => name.endsWith(word) || name.endsWith(`${word}__s`));
  const word = known ?? name;
  return word.charAt(0).toLowerCase() + word.slice(1);
}
