import type { SalesforceConfiguration } from "../connector/salesforce-configuration.ts";
import type { AdvancedRule } from "../connector/rules/advanced-rules.ts";
import type { Logger } from "../core/logger.ts";
import type { FileContent, Source, SourceObject, SourcePlan, SourceUsage, UnreadableObject } from "../sync/ports.ts";
import type { SalesforceClient } from "./client/salesforce-client.ts";
import { OrgDescription } from "./describe/org-description.ts";
import { SalesforceObjectError } from "./errors.ts";
import { fileObjects } from "./files/file-links.ts";
import { ObjectReader } from "./objects/object-reader.ts";
import { planObject, selectEverything, type ObjectQuery } from "./objects/plan-object.ts";
import { standardObjects } from "./objects/standard-objects.ts";
import { QueryReader } from "./query/query-reader.ts";
import { planRules } from "./rules/plan-rules.ts";

/** What the source is made of. */
export interface SalesforceSourceOptions {
  client: SalesforceClient;
  /** Where people look at records, such as `https://acme.my.salesforce.com`. */
  baseUrl: string;
  configuration: Pick<SalesforceConfiguration, "standardObjects" | "customObjects" | "syncFiles">;
  /** Queries that take the place of the objects, where there are any. */
  advancedRules?: readonly AdvancedRule[];
  log: Logger;
  /** The largest URI that may be sent; smaller than usual in tests. */
  maxUriBytes?: number;
}

interface Findings {
  queries: ObjectQuery[];
  unreadable: UnreadableObject[];
  warnings: string[];
}

const notReadable =
  "Salesforce does not show it to the user that the app runs as: it does not exist, or the user lacks Read on it";

/** Records and files of one Salesforce org, read by its REST API. */
export class SalesforceSource implements Source {
  readonly #client: SalesforceClient;
  readonly #options: SalesforceSourceOptions;

  constructor(options: SalesforceSourceOptions) {
    this.#client = options.client;
    this.#options = options;
  }

  get usage(): SourceUsage {
    return this.#client.usage;
  }

  urlOf(id: string): string {
    return `${this.#options.baseUrl}/${id}`;
  }

  /**
   * Describes the org once and plans a query for each object, or what the advanced rules ask for.
   * @throws SalesforceObjectError for a custom object that was never seen
   * @throws AdvancedRulesError for rules that Salesforce refuses
   */
  async plan(indexed: ReadonlySet<string>, signal: AbortSignal): Promise<SourcePlan> {
    const org = await OrgDescription.create(this.#client, signal);
    const found: Findings = { queries: [], unreadable: [], warnings: [] };
    const { files, unreadableFiles } = this.#planFiles(org, found);
    const { advancedRules = [] } = this.#options;
    if (advancedRules.length > 0) {
      const context = { client: this.#client, org, reader: this.#queryReader(), signal, files };
      const objects = await planRules(advancedRules, context);
      return { objects, unreadable: unreadableFiles, files, warnings: found.warnings };
    }
    await this.#planStandardObjects(org, found, files);
    await this.#planCustomObjects(org, found, { files, indexed });
    for (const { object, hidden } of found.queries) {
      if (hidden.length > 0)
        found.warnings.push(
          `${object}: left out, because the user that the app runs as may not read it: ${hidden.join(", ")}.`,
        );
    }
    for (const { name, reason } of found.unreadable)
      found.warnings.push(`${name} is left out: ${reason}. What is indexed of it stays.`);
    return {
      objects: found.queries.map((query) => this.#reader(query)),
      unreadable: [...found.unreadable, ...unreadableFiles],
      files,
      warnings: found.warnings,
    };
  }

  async openFile(versionId: string, signal: AbortSignal): Promise<FileContent> {
    // https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm
    const path = this.#client.resource(`sobjects/ContentVersion/${encodeURIComponent(versionId)}/VersionData`);
    const { contentLength, chunks, discard } = await this.#client.download({ path }, signal);
    return { size: contentLength, chunks, discard };
  }

  /** Files that are hidden from the user are unreadable, so that those in the index stay; those that nobody wants are not. */
  #planFiles(org: OrgDescription, { warnings }: Findings): { files: boolean; unreadableFiles: UnreadableObject[] } {
    if (!this.#options.configuration.syncFiles) return { files: false, unreadableFiles: [] };
    const missing = fileObjects.filter((name) => !org.find(name));
    if (missing.length === 0) return { files: true, unreadableFiles: [] };
    const reason = `the user that the app runs as may not read ${missing.join(", ")}`;
    warnings.push(`Files are left out: ${reason}. Files that are indexed stay.`);
    return { files: false, unreadableFiles: [{ name: "ContentDocument", reason }] };
  }

  async #planStandardObjects(org: OrgDescription, { queries, unreadable }: Findings, files: boolean): Promise<void> {
    for (const name of this.#options.configuration.standardObjects) {
      const description = await org.describe(name);
      if (description) queries.push(await planObject(description, { org, files, selection: standardObjects[name] }));
      else unreadable.push({ name, reason: notReadable });
    }
  }

  async #planCustomObjects(
    org: OrgDescription,
    { queries, unreadable }: Findings,
    { files, indexed }: { files: boolean; indexed: ReadonlySet<string> },
  ): Promise<void> {
    const missing: string[] = [];
    for (const name of this.#customObjectNames(org, indexed)) {
      const description = await org.describe(name);
      const known = [...indexed].find((type) => type.toLowerCase() === name.toLowerCase());
      if (description)
        queries.push(await planObject(description, { org, files, selection: selectEverything(description) }));
      else if (known !== undefined) unreadable.push({ name: known, reason: notReadable });
      else missing.push(name);
    }
    if (missing.length === 0) return;
    throw new SalesforceObjectError(
      `The custom object${missing.length > 1 ? "s" : ""} ${missing.join(", ")} cannot be read: ${notReadable}.`,
      {
        hint: "Check custom_objects_to_sync against Setup, Object Manager, and the user's object permissions.",
      },
    );
  }

  /** The objects asked for; with `*`, every one that can be queried, and every one that could be when it was indexed. */
  #customObjectNames(org: OrgDescription, indexed: ReadonlySet<string>): readonly string[] {
    const { customObjects } = this.#options.configuration;
    if (customObjects !== "all") return customObjects;
    const visible = org.queryable
      .filter(({ name, custom, customSetting }) => custom && !customSetting && name.endsWith("__c"))
      .map(({ name }) => name);
    const before = [...indexed].filter((type) => type.endsWith("__c"));
    return [...new Set([...visible, ...before])].sort();
  }

  #reader(query: ObjectQuery): SourceObject {
    this.#options.log.debug("salesforce object planned", { object: query.object, fields: query.select.fields.length });
    return new ObjectReader({ query, reader: this.#queryReader(), client: this.#client });
  }

  #queryReader(): QueryReader {
    return new QueryReader(this.#client, this.#options.maxUriBytes);
  }
}
