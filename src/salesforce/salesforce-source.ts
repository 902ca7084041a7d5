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

export interface SalesforceSourceOptions {
  client: SalesforceClient;
  /** The base of record URLs, such as `https://acme.my.salesforce.com`. */
  baseUrl: string;
  configuration: Pick<
    SalesforceConfiguration,
    "standardObjects" | "customObjects" | "syncFiles" | "documentLevelSecurity"
  >;
  /** Queries that replace the selected objects. */
  advancedRules?: readonly AdvancedRule[];
  log: Logger;
  /** The longest URI to send; tests use a smaller one. */
  maxUriBytes?: number;
}

/** A query, and how to plan it without some fields. */
interface PlannedObject {
  query: ObjectQuery;
  planWithout: (fields: ReadonlySet<string>) => Promise<ObjectQuery>;
}

interface Findings {
  queries: PlannedObject[];
  unreadable: UnreadableObject[];
  warnings: string[];
}

const notReadable = "it does not exist, or the integration user lacks Read on it";

/** Reads the records and files of one Salesforce org through its REST API. */
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
   * Describes the org once and plans a query for each object, or the queries of the advanced rules.
   * @throws SalesforceObjectError for an unknown custom object without documents in the index
   * @throws AdvancedRulesError for rules that Salesforce refuses
   */
  async plan(indexedTypes: ReadonlySet<string>, signal: AbortSignal): Promise<SourcePlan> {
    const org = await OrgDescription.create(this.#client, signal);
    const asOf = new Date(this.#client.serverTime).toISOString();
    const found: Findings = { queries: [], unreadable: [], warnings: [] };
    const { files, unreadableFiles } = this.#planFiles(org, found);
    const { advancedRules = [] } = this.#options;
    if (advancedRules.length > 0) {
      const secured = this.#options.configuration.documentLevelSecurity;
      const context = { client: this.#client, org, reader: this.#queryReader(), signal, files, secured };
      const objects = await planRules(advancedRules, context);
      return { asOf, objects, unreadable: unreadableFiles, files, warnings: found.warnings };
    }
    await this.#planStandardObjects(org, found, files);
    await this.#planCustomObjects(org, found, { files, indexedTypes });
    for (const {
      query: { object, hidden },
    } of found.queries) {
      if (hidden.length > 0)
        found.warnings.push(
          `${object}: skipped fields and relationships that are not visible to the integration user: ${hidden.join(", ")}.`,
        );
    }
    for (const { name, reason } of found.unreadable)
      found.warnings.push(`${name} is skipped: ${reason}. Its documents stay in the index.`);
    return {
      asOf,
      objects: found.queries.map((planned) => this.#reader(planned)),
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

  /** Files that the user cannot see count as unreadable, so that their documents stay in the index. */
  #planFiles(org: OrgDescription, { warnings }: Findings): { files: boolean; unreadableFiles: UnreadableObject[] } {
    if (!this.#options.configuration.syncFiles) return { files: false, unreadableFiles: [] };
    const missing = fileObjects.filter((name) => !org.find(name));
    if (missing.length === 0) return { files: true, unreadableFiles: [] };
    const reason = `the integration user cannot read ${missing.join(", ")}`;
    warnings.push(`Files are skipped: ${reason}. Indexed files stay in the index.`);
    return { files: false, unreadableFiles: [{ name: "ContentDocument", reason }] };
  }

  async #planStandardObjects(org: OrgDescription, { queries, unreadable }: Findings, files: boolean): Promise<void> {
    const { standardObjects: names, documentLevelSecurity: secured } = this.#options.configuration;
    for (const name of names) {
      const description = await org.describe(name);
      if (description) queries.push(await plan(description, { org, files, secured, selection: standardObjects[name] }));
      else unreadable.push({ name, reason: notReadable });
    }
  }

  async #planCustomObjects(
    org: OrgDescription,
    { queries, unreadable }: Findings,
    { files, indexedTypes }: { files: boolean; indexedTypes: ReadonlySet<string> },
  ): Promise<void> {
    const secured = this.#options.configuration.documentLevelSecurity;
    const missing: string[] = [];
    // Names differ in case, or an object is listed twice.
    const planned = new Set<string>();
    for (const name of this.#customObjectNames(org, indexedTypes)) {
      const description = await org.describe(name);
      const known = [...indexedTypes].find((type) => type.toLowerCase() === name.toLowerCase());
      const own = description?.name ?? name.toLowerCase();
      if (planned.has(own)) continue;
      planned.add(own);
      if (description)
        queries.push(await plan(description, { org, files, secured, selection: selectEverything(description) }));
      else if (known !== undefined) unreadable.push({ name: known, reason: notReadable });
      else missing.push(name);
    }
    if (missing.length === 0) return;
    throw new SalesforceObjectError(
      `Custom objects that do not exist or are not visible to the integration user: ${missing.join(", ")}.`,
      {
        hint: "Check custom_objects_to_sync against Setup, Object Manager, and the user's object permissions.",
      },
    );
  }

  /** The selected objects; with `*`, every queryable one and every one with documents in the index. */
  #customObjectNames(org: OrgDescription, indexedTypes: ReadonlySet<string>): readonly string[] {
    const { customObjects } = this.#options.configuration;
    if (customObjects !== "all") return customObjects;
    const visible = org.queryable
      .filter(({ name, custom, customSetting }) => custom && !customSetting && name.endsWith("__c"))
      .map(({ name }) => name);
    const before = [...indexedTypes].filter((type) => type.endsWith("__c"));
    return [...new Set([...visible, ...before])].sort();
  }

  #reader({ query, planWithout }: PlannedObject): SourceObject {
    this.#options.log.debug("salesforce object planned", { object: query.object, fields: query.select.fields.length });
    return new ObjectReader({ query, reader: this.#queryReader(), client: this.#client, planWithout });
  }

  #queryReader(): QueryReader {
    return new QueryReader(this.#client, { maxUriBytes: this.#options.maxUriBytes });
  }
}

async function plan(...[description, options]: Parameters<typeof planObject>): Promise<PlannedObject> {
  return {
    query: await planObject(description, options),
    planWithout: (withoutFields) => planObject(description, { ...options, withoutFields }),
  };
}
