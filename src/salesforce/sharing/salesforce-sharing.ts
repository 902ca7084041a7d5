import { z } from "zod";
import type { Id } from "../../access/sharing-facts.ts";
import type { OrgSharing, RecordFactsReceiver, SharingRequest, SharingSource } from "../../sync/access/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { OrgDescription } from "../describe/org-description.ts";
import { SalesforceRequestError } from "../errors.ts";
import { encodeSoql, soqlString } from "../soql/soql.ts";
import { readFiles, readRecords } from "./read-record-facts.ts";
import { readSharingFacts } from "./read-sharing-facts.ts";
import { TableReader, type UnreadTable } from "./table-reader.ts";

interface SalesforceSharingOptions {
  readonly client: SalesforceClient;
  /** Custom objects that grant access using hierarchies. It is unknown for others, which grants nothing. */
  readonly objectsWithHierarchies: readonly string[];
}

/** Reads an org's sharing facts through its REST API. */
export class SalesforceSharing implements SharingSource {
  readonly #client: SalesforceClient;
  readonly #hierarchies: ReadonlyMap<string, boolean>;

  constructor({ client, objectsWithHierarchies }: SalesforceSharingOptions) {
    this.#client = client;
    this.#hierarchies = new Map(objectsWithHierarchies.map((name) => [name, true]));
  }

  async readSharing(request: SharingRequest, receiver: RecordFactsReceiver, signal: AbortSignal): Promise<OrgSharing> {
    const client = this.#client;
    const org = await OrgDescription.create(client, signal);
    const { facts, recordObjects, unread } = await readSharingFacts({
      ...request,
      client,
      org,
      hierarchies: this.#hierarchies,
      signal,
    });
    const tables = new TableReader({ client, org, signal });
    for (const object of recordObjects) await readRecords(object, { tables, org, receiver });
    await readFiles(tables, receiver);
    return { facts, warnings: [...unread, ...tables.unread].map(toWarning) };
  }

  // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userrecordaccess.htm
  async readableTo(user: Id, records: readonly Id[], signal: AbortSignal): Promise<ReadonlyMap<Id, boolean>> {
    const ids = records.map(soqlString).join(",");
    const statement = `SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = ${soqlString(user)} AND RecordId IN (${ids})`;
    const path = `${this.#client.resource("query")}?q=${encodeSoql(statement)}`;
    try {
      const { records: rows } = await this.#client.parsed({ path }, signal, accessRows);
      return new Map(rows.map(({ RecordId, HasReadAccess }) => [RecordId, HasReadAccess]));
    } catch (error) {
      if (error instanceof SalesforceRequestError) return new Map();
      throw error;
    }
  }
}

const accessRows = z.object({
  records: z.array(z.object({ RecordId: z.string().min(15), HasReadAccess: z.boolean() })),
});

const toWarning = ({ object, reason, permission }: UnreadTable): string =>
  `${object} could not be read for access control: ${reason}. What depends on it is hidden. Required: ${permission}.`;
