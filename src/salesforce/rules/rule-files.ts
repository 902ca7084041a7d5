import type { JsonObject } from "../../core/json.ts";
import type { SourceFile } from "../../sync/ports.ts";
import type { OrgDescription } from "../describe/org-description.ts";
import { fileLinks, isSynced, linkedFile } from "../files/file-links.ts";
import { planObject } from "../objects/plan-object.ts";
import type { QueryReader } from "../query/query-reader.ts";
import { soql, splitValues, type SoqlSelect } from "../soql/soql.ts";

const recordField = "LinkedEntityId";

/** Finds the files on records that a rule returned, by the records' ids: the rule's own statement stays as it was written. */
export class RuleFiles {
  readonly #select: SoqlSelect;
  readonly #reader: QueryReader;

  private constructor(select: SoqlSelect, reader: QueryReader) {
    this.#select = select;
    this.#reader = reader;
  }

  /** Plans the query, with what the user may see of files; nothing where links cannot be read. */
  static async create(org: OrgDescription, reader: QueryReader): Promise<RuleFiles | undefined> {
    const links = await org.describe(fileLinks.object);
    if (!links) return undefined;
    const parents = fileLinks.parents ?? [];
    const selection = { fields: [recordField], parents, children: [], separate: [], title: [] };
    const { select } = await planObject(links, { org, selection, files: false });
    return new RuleFiles(select, reader);
  }

  /**
   * The files by the records that they hang on. What is no text is left out here: beside a list of records, Salesforce takes no further
   * condition on links.
   */
  async filesOf(ids: readonly string[], signal: AbortSignal): Promise<Map<string, SourceFile[]>> {
    const files = new Map<string, SourceFile[]>(ids.map((id) => [id, []]));
    const statementFor = (part: readonly string[]): string =>
      soql({ ...this.#select, where: { field: recordField, isOneOf: part } });
    for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
      for await (const { records } of this.#reader.pages(statementFor(part), signal)) {
        for (const record of records) {
          const link = JSON.parse(record.toString()) as JsonObject;
          const file = linkedFile(link);
          const of = link[recordField];
          if (file && isSynced(file) && typeof of === "string") files.get(of)?.push(file);
        }
      }
    }
    return files;
  }
}
