import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";

/** The path of a setting: keys and list positions from the root. */
export type SettingPath = readonly (string | number)[];

export interface SettingProblem {
  path: SettingPath;
  message: string;
}

/** A YAML file as plain values, with dotted keys expanded and environment variables substituted. */
export interface YamlSettings {
  value: unknown;
  problems: SettingProblem[];
  /** The line of a setting, from 1. */
  lineOf(path: SettingPath): number | undefined;
}

/** The maximum of values that aliases may repeat. A few lines with aliases of aliases can otherwise expand to more than fits into memory. */
const maxRepeatedValues = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Parses YAML. `a.b: 1` means `b: 1` below `a:`; `${NAME}` and `${NAME|default}` are replaced by environment variables. */
export function readYaml(source: string, environment: Environment): YamlSettings {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const reader = new YamlReader(document, lines, environment);
  for (const error of document.errors) {
    reader.problems.push({
      path: [],
      message: `line ${lines.linePos(error.pos[0]).line} is not YAML: ${error.message}`,
    });
  }
  const value = document.errors.length === 0 ? reader.read(document.contents, []) : {};
  return { value: value ?? {}, problems: reader.problems, lineOf: (path) => reader.lineOf(path) };
}

class YamlReader {
  readonly problems: SettingProblem[] = [];
  readonly #lineCounter: LineCounter;
  readonly #environment: Environment;
  readonly #lines = new Map<string, number>();
  readonly #targets: ReadonlyMap<Alias, Node>;
  /** The lists and maps that are being read, outermost first. */
  readonly #open = new Set<Node>();
  #aliasDepth = 0;
  #repeatedValues = 0;

  constructor(document: Document, lineCounter: LineCounter, environment: Environment) {
    this.#targets = findAliasTargets(document);
    this.#lineCounter = lineCounter;
    this.#environment = environment;
  }

  lineOf(path: SettingPath): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const line = this.#lines.get(path.slice(0, length).join("\n"));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  read(node: Node | null, path: SettingPath): unknown {
    if (this.#aliasDepth > 0 && this.#repeatsTooMuch(path)) return undefined;
    if (isAlias(node)) return this.#readAlias(node, path);
    if (isScalar(node)) return typeof node.value === "string" ? this.#substitute(node.value, path) : node.value;
    if (!isCollection(node)) return null;
    this.#open.add(node);
    const value = isMap(node)
      ? this.#readMap(node, path)
      : node.items.map((item, position) => this.read(item as Node | null, [...path, position]));
    this.#open.delete(node);
    return value;
  }

  #readAlias(alias: Alias, path: SettingPath): unknown {
    const target = this.#targets.get(alias) ?? null;
    if (target && this.#open.has(target)) {
      this.problems.push({
        path,
        message: `contains itself through the alias *${alias.source}; write the value without the alias`,
      });
      return undefined;
    }
    this.#aliasDepth++;
    const value = this.read(target, path);
    this.#aliasDepth--;
    return value;
  }

  #repeatsTooMuch(path: SettingPath): boolean {
    this.#repeatedValues++;
    if (this.#repeatedValues === maxRepeatedValues + 1) {
      const message = `exceeds the ${maxRepeatedValues} values that aliases may repeat; write the values without aliases`;
      this.problems.push({ path, message });
    }
    return this.#repeatedValues > maxRepeatedValues;
  }

  #readMap(map: YAMLMap, path: SettingPath): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const pair of map.items) {
      const keys = String(isScalar(pair.key) ? pair.key.value : pair.key).split(".");
      const full = [...path, ...keys];
      const offset = (pair.key as Node).range?.[0];
      if (offset !== undefined) this.#lines.set(full.join("\n"), this.#lineCounter.linePos(offset).line);
      this.#put({ target: result, keys, value: this.read(pair.value as Node | null, full), path });
    }
    return result;
  }

  /** Sets a value below nested keys and merges it with earlier values of nested or dotted keys. */
  #put({
    target,
    keys,
    value,
    path,
  }: {
    target: Record<string, unknown>;
    keys: string[];
    value: unknown;
    path: SettingPath;
  }): void {
    const [key = "", ...rest] = keys;
    const existing = Object.hasOwn(target, key) ? target[key] : undefined;
    if (rest.length > 0) {
      const next = isRecord(existing) ? existing : {};
      if (existing !== undefined && existing !== null && !isRecord(existing)) this.#reportTwice([...path, key]);
      this.#put({ target: next, keys: rest, value, path: [...path, key] });
      target[key] = next;
    } else if (isRecord(existing) && isRecord(value)) {
      for (const [name, item] of Object.entries(value))
        this.#put({ target: existing, keys: [name], value: item, path: [...path, key] });
    } else {
      if (existing !== undefined && existing !== null) this.#reportTwice([...path, key]);
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }

  #reportTwice(path: SettingPath): void {
    this.problems.push({ path, message: "is set twice" });
  }

  #substitute(text: string, path: SettingPath): string {
    return text.replaceAll(/\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(\|(?<fallback>[^}]*))?\}/g, (...match) => {
      const { name = "", fallback } = match.at(-1) as { name?: string; fallback?: string };
      const value = this.#environment[name] ?? fallback;
      if (value === undefined) {
        this.problems.push({
          path,
          message: `uses the environment variable ${name}, which is not set; set it, or write \${${name}|default}`,
        });
      }
      return value ?? "";
    });
  }
}

/** The node of each alias: the last node before it with its anchor. */
function findAliasTargets(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      const target = isAlias(node) ? anchors.get(node.source) : undefined;
      if (isAlias(node) && target) targets.set(node, target);
      else if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
