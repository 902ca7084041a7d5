import type { SourceFile } from "../../sync/ports.ts";
import type { OrgDescription } from "../describe/org-description.ts";
import { fileLinks, isSynced, linkedFile } from "../files/file-links.ts";
import { planObject } from "../objects/plan-object.ts";
import { parseFields } from "../objects/source-record.ts";
import type { QueryReader } from "../query/query-reader.ts";
import { soql, splitValues, type SoqlSelect } from "../soql/soql.ts";

const recordField = "LinkedEntityId";

/** Queries the files attached to the records that a rule returned, by their ids, so that the rule's own statement stays unchanged. */
export class RuleFiles {
  readonly #select: SoqlSelect;
  readonly #reader: QueryReader;

  private constructor(select: SoqlSelect, reader: QueryReader) {
    this.#select = select;
    this.#reader = reader;
  }

  /** Undefined if the user cannot read ContentDocumentLink. */
  static async create(org: OrgDescription, reader: QueryReader): Promise<RuleFiles | undefined> {
    const links = await org.describe(fileLinks.object);
    if (!links) return undefined;
    const parents = fileLinks.parents ?? [];
    const selection = { fields: [recordField], parents, children: [], separate: [], title: [] };
    const { select } = await planObject(links, { org, selection, files: false, secured: false });
    return new RuleFiles(select, reader);
  }

  /**
   * The files by record id. The file extension is filtered here, because Salesforce accepts no other condition on links beside a list of
   * record ids.
   */
  async filesOf(ids: readonly string[], signal: AbortSignal): Promise<Map<string, SourceFile[]>> {
    const files = new Map<string, SourceFile[]>(ids.map((id) => [id, []]));
    const statementFor = (part: readonly string[]): string =>
      soql({ ...this.#select, where: { field: recordField, isOneOf: part } });
    for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
      for await (const { records } of this.#reader.pages(statementFor(part), signal)) {
        for (const record of records) {
          const link = parseFields(record);
          const file = linkedFile(link);
          const recordId = link[recordField];
          if (file && isSynced(file) && typeof recordId === "string") files.get(recordId)?.push(file);
        }
      }
    }
    return files;
  }
}
