import { closestName } from "../core/closest-name.ts";
import { Secret } from "../core/secret.ts";
import {
  configurationFields,
  standardObjectNames,
  type ConfigurationField,
  type ConfigurationValue,
  type ConfigurationValues,
  type StandardObjectName,
} from "./configuration-fields.ts";
import { ConnectorConfigurationError, type ConfigurationProblem } from "./errors.ts";

/** A connector's parsed configuration. */
export interface SalesforceConfiguration {
  /** The part of the host before `.my.salesforce.com`: `acme` or `acme--dev.sandbox`. */
  domain: string;
  clientId: string;
  clientSecret: Secret;
  standardObjects: readonly StandardObjectName[];
  /** API names ending in `__c`, or every custom object that the user can read. */
  customObjects: readonly string[] | "all";
  useTextExtractionService: boolean;
  /** Such as `62.0`. */
  apiVersion: string;
  /** Whether documents say who may see them. */
  documentLevelSecurity: boolean;
  syncFiles: boolean;
  /** Bytes up to which the ingest pipeline extracts text; undefined: the configuration file decides. */
  maxFileBytes: number | undefined;
  /** Undefined: the configuration file decides. */
  concurrentDownloads: number | undefined;
  allowMassDeletes: boolean;
  /** Undefined: the configuration file decides. */
  massDeletePercent: number | undefined;
  /** Undefined: the configuration file decides. */
  massDeleteDocuments: number | undefined;
}

type Report = (field: string, message: string) => void;

const minimumApiVersion = 50;
const mebibyte = 1_048_576;
const hostLabels = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/**
 * Parses and validates the values of a connector's configuration.
 * @throws ConnectorConfigurationError with every problem found
 */
export function parseSalesforceConfiguration(values: ConfigurationValues): SalesforceConfiguration {
  const problems: ConfigurationProblem[] = [];
  const report: Report = (field, message) => problems.push({ field, message });
  reportUnknownKeys(values, report);
  const read = new FieldReader(values, report);
  const configuration: SalesforceConfiguration = {
    domain: readDomain(read.text("domain"), report),
    clientId: read.text("client_id"),
    clientSecret: new Secret(read.text("client_secret")),
    standardObjects: readStandardObjects(read.list("standard_objects_to_sync"), report),
    customObjects: read.boolean("sync_custom_objects")
      ? readCustomObjects(read.list("custom_objects_to_sync"), report)
      : [],
    useTextExtractionService: read.boolean("use_text_extraction_service"),
    apiVersion: readApiVersion(read.text("api_version"), report),
    documentLevelSecurity: read.boolean("use_document_level_security"),
    ...readFileFields(read),
    allowMassDeletes: read.boolean("allow_mass_deletes"),
    massDeletePercent: read.integer("mass_delete_percent"),
    massDeleteDocuments: read.integer("mass_delete_documents"),
  };
  if (problems.length > 0) throw new ConnectorConfigurationError(problems);
  return configuration;
}

function reportUnknownKeys(values: ConfigurationValues, report: Report): void {
  const known = configurationFields.map(({ key }) => key);
  for (const key of Object.keys(values).filter((key) => !known.includes(key))) {
    const nearest = closestName(key, known);
    report(key, `is not a field of this connector${nearest ? `; did you mean ${nearest}?` : "."}`);
  }
}

/** Reads values by the declared type of their field and reports those that do not fit. */
class FieldReader {
  readonly #values: ConfigurationValues;
  readonly #report: Report;

  constructor(values: ConfigurationValues, report: Report) {
    this.#values = values;
    this.#report = report;
  }

  text(key: string): string {
    const field = fieldOf(key);
    const value = this.#values[key] ?? field.defaultValue;
    if (typeof value !== "string" && typeof value !== "number") {
      this.#report(key, `must be text${shown(field, value)}.`);
      return "";
    }
    const trimmed = String(value).trim();
    if (trimmed === "" && field.required) this.#report(key, "must not be empty.");
    return trimmed;
  }

  boolean(key: string): boolean {
    const field = fieldOf(key);
    const value = this.#values[key] ?? field.defaultValue;
    // Kibana and environment variables store booleans as text; "false" must not be read as true.
    const known = { true: true, false: false }[String(value).toLowerCase()];
    if (known === undefined) this.#report(key, `must be true or false${shown(field, value)}.`);
    return known ?? false;
  }

  /** A whole number within the field's range; undefined if it is empty. */
  integer(key: string): number | undefined {
    const field = fieldOf(key);
    const value = this.#values[key] ?? field.defaultValue;
    if (typeof value === "string" && value.trim() === "") return undefined;
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = field.range ?? {};
    const number = toWholeNumber(value);
    if (number !== undefined && number >= min && number <= max) return number;
    this.#report(key, `must be a whole number from ${min} to ${max}, or empty${shown(field, value)}.`);
    return undefined;
  }

  list(key: string): string[] {
    const field = fieldOf(key);
    const value = this.#values[key] ?? field.defaultValue;
    if (typeof value === "boolean") {
      this.#report(key, `must be a list of names, or names separated by commas${shown(field, value)}.`);
      return [];
    }
    const items = (Array.isArray(value) ? value.map(String) : String(value).split(",")).map((item) => item.trim());
    const names = [...new Set(items.filter((item) => item !== ""))];
    if (names.length === 0 && field.required) this.#report(key, "must name at least one object, or * for all.");
    return names;
  }
}

function fieldOf(key: string): ConfigurationField {
  const field = configurationFields.find((candidate) => candidate.key === key);
  if (!field) throw new TypeError(`No configuration field ${key}`);
  return field;
}

/** Kibana and environment variables may store numbers as text. */
function toWholeNumber(value: ConfigurationValue): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? value : undefined;
  return typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
}

function shown(field: ConfigurationField, value: unknown): string {
  return field.sensitive ? "" : `; found ${JSON.stringify(value)}`;
}

function readDomain(domain: string, report: Report): string {
  const bare = domain
    .replace(/^https?:\/\//i, "")
    .replace(/\/.*$/, "")
    .replace(/\.(my\.salesforce|lightning\.force)\.com$/i, "");
  if (bare !== domain && hostLabels.test(bare)) {
    report("domain", `must be only the part before .my.salesforce.com; write ${bare}.`);
  } else if (domain !== "" && !hostLabels.test(domain)) {
    report(
      "domain",
      `must be the part before .my.salesforce.com in the org's URL, such as acme or acme--dev.sandbox; found ${JSON.stringify(domain)}.`,
    );
  }
  return domain;
}

function readStandardObjects(names: readonly string[], report: Report): StandardObjectName[] {
  if (names.includes("*")) return [...standardObjectNames];
  const found: StandardObjectName[] = [];
  for (const name of names) {
    const known = standardObjectNames.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known) found.push(known);
    else report("standard_objects_to_sync", notOneOfTheSix(name));
  }
  return [...new Set(found)];
}

function notOneOfTheSix(name: string): string {
  const nearest = closestName(name, standardObjectNames);
  const advice = name.endsWith("__c")
    ? "; put custom objects under custom_objects_to_sync"
    : nearest
      ? `; did you mean ${nearest}?`
      : "";
  return `${name} is not one of ${standardObjectNames.join(", ")}${advice}.`;
}

function readCustomObjects(names: readonly string[], report: Report): readonly string[] | "all" {
  if (names.includes("*")) return "all";
  const full = names.map((name) => (/__c$/i.test(name) ? name : `${name}__c`));
  for (const name of full) {
    // An API name: letters, digits and single underscores; objects of a package have a namespace before two underscores.
    if (!/^[a-z][a-z0-9_]*__c$/i.test(name))
      report("custom_objects_to_sync", `${name} is not an API name of a custom object.`);
  }
  return full;
}

function readApiVersion(version: string, report: Report): string {
  const match = /^v?(?<major>\d{2})(\.0)?$/.exec(version);
  const major = Number(match?.groups?.["major"]);
  if (version !== "" && !(major >= minimumApiVersion)) {
    report(
      "api_version",
      `must be an API version such as 62.0, at least ${minimumApiVersion}.0; found ${JSON.stringify(version)}.`,
    );
  }
  return `${major}.0`;
}

/** The file settings are validated only if files are synced. */
function readFileFields(
  read: FieldReader,
): Pick<SalesforceConfiguration, "syncFiles" | "maxFileBytes" | "concurrentDownloads"> {
  if (!read.boolean("sync_files")) return { syncFiles: false, maxFileBytes: undefined, concurrentDownloads: undefined };
  const mebibytes = read.integer("max_file_size");
  return {
    syncFiles: true,
    maxFileBytes: mebibytes === undefined ? undefined : mebibytes * mebibyte,
    concurrentDownloads: read.integer("concurrent_downloads"),
  };
}
