import type { OrgTables } from "./org-tables.ts";
import { type OrgRow } from "./org-tables.ts";

// The documents that a full sync must have written, computed from the org's own tables as documented, without code of the
// product: https://www.elastic.co/docs/reference/search-connectors/es-connectors-salesforce and docs/documents.md.

/** A document, with lists of children in the order of their ids. */
export type ExpectedDocument = Record<string, unknown>;

const system = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

const fields: Record<string, string[]> = {
  Account: [...system, "Name", "Description", "Type", "Website", "Rating"],
  Opportunity: [...system, "Name", "Description", "StageName"],
  Contact: [
    ...system,
    "Name",
    "Description",
    "Email",
    "Phone",
    "Title",
    "PhotoUrl",
    "LeadSource",
    "AccountId",
    "OwnerId",
  ],
  Lead: [
    ...system,
    ...[
      "Name",
      "Company",
      "Title",
      "Description",
      "Email",
      "Phone",
      "PhotoUrl",
      "LeadSource",
      "Rating",
      "Status",
      "OwnerId",
    ],
    ...["ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId"],
  ],
  Campaign: [...system, "Name", "IsActive", "Type", "Description", "Status", "StartDate", "EndDate"],
  Case: [...system, "CaseNumber", "Subject", "Description", "Status", "AccountId", "ParentId", "IsClosed", "IsDeleted"],
};

const emailFields =
  "Id ParentId MessageDate LastModifiedById TextBody Subject FromName FromAddress ToAddress CcAddress BccAddress Status IsDeleted FirstOpenedDate".split(
    " ",
  );
const commentFields = ["Id", "CreatedDate", "LastModifiedDate", "ParentId", "CommentBody", "LastModifiedById"];
const feedFields = [
  "Id",
  "CreatedDate",
  "LastModifiedDate",
  "ParentId",
  "Type",
  "IsDeleted",
  "CommentCount",
  "Title",
  "Body",
  "LinkUrl",
];
const feedCommentFields = ["Id", "ParentId", "CreatedDate", "CommentBody", "IsDeleted"];

const extractable = new Set(
  "txt py rst html markdown json xml csv md ppt rtf docx odt xls xlsx rb paper sh pptx pdf doc aspx xlsb xlsm tsv svg msg potx vsd vsdx vsdm".split(
    " ",
  ),
);

/** The standard objects, in the order of Elastic's documentation. */
export const standardNames = Object.keys(fields);

/** Computes documents from the org's tables. */
export class ExpectedDocuments {
  readonly #tables: OrgTables;
  readonly #baseUrl: string;
  readonly #links = new Map<unknown, OrgRow[]>();
  readonly #users = new Map<unknown, OrgRow | undefined>();

  constructor(tables: OrgTables, baseUrl: string) {
    this.#tables = tables;
    this.#baseUrl = baseUrl;
    for (const link of tables.rows("ContentDocumentLink", ["LinkedEntityId", "ContentDocumentId"])) {
      const document = this.#fileFacts(link["ContentDocumentId"]);
      if (document && extractable.has(String(document["FileExtension"]).toLowerCase()))
        push(this.#links, link["LinkedEntityId"], document);
    }
  }

  /** Every document of some objects, by id. */
  records(objects: readonly string[]): Map<string, ExpectedDocument> {
    const documents = new Map<string, ExpectedDocument>();
    for (const object of objects)
      for (const document of this.#object(object)) documents.set(String(document["id"]), document);
    return documents;
  }

  /** Every file that is attached to one of these records, without its text. */
  files(records: ReadonlySet<string>): Map<string, ExpectedDocument> {
    const related = new Map<string, string[]>();
    const facts = new Map<string, OrgRow>();
    for (const [record, documents] of this.#links) {
      if (!records.has(String(record))) continue;
      for (const document of documents) {
        push(related, String(document["Id"]), String(record));
        facts.set(String(document["Id"]), document);
      }
    }
    return new Map([...facts].map(([id, document]) => [id, this.#file(document, related.get(id) ?? [])]));
  }

  #object(object: string): ExpectedDocument[] {
    if (object.endsWith("__c"))
      return this.#tables
        .rows(object, this.#tables.storedFields(object))
        .map((row) => this.#document(object, row, row["Name"]));
    const rows = this.#tables.rows(object, [...(fields[object] ?? []), ...this.#references(object)]);
    return rows.map((row) => this.#standard(object, row));
  }

  #references(object: string): string[] {
    const extra: Record<string, string[]> = {
      Account: [
        "OwnerId",
        "ParentId",
        "BillingStreet",
        "BillingCity",
        "BillingState",
        "BillingPostalCode",
        "BillingCountry",
        "BillingLatitude",
        "BillingLongitude",
        "BillingGeocodeAccuracy",
      ],
      Opportunity: ["OwnerId"],
      Campaign: ["OwnerId", "ParentId"],
      Case: ["OwnerId", "CreatedById"],
    };
    return extra[object] ?? [];
  }

  #standard(object: string, row: OrgRow): ExpectedDocument {
    const own = Object.fromEntries((fields[object] ?? []).map((name) => [name, row[name]]));
    const title = object === "Case" ? (row["Subject"] ?? row["CaseNumber"]) : row["Name"];
    const document = this.#document(object, { ...own, Owner: this.#user(row["OwnerId"]) }, title);
    const nameOf = (table: string, id: unknown): unknown => this.#tables.byId(table, id, ["Id", "Name"]) ?? null;
    if (object === "Account")
      return {
        ...document,
        BillingAddress: address(row),
        Parent: nameOf("Account", row["ParentId"]),
        Opportunities: this.#newestOpportunity(row["Id"]),
      };
    if (object === "Contact") return { ...document, Account: nameOf("Account", row["AccountId"]) };
    if (object === "Campaign") return { ...document, Parent: nameOf("Campaign", row["ParentId"]) };
    if (object === "Case")
      return { ...document, CreatedBy: this.#user(row["CreatedById"]), ...this.#caseChildren(row["Id"]) };
    if (object !== "Lead") return document;
    return {
      ...document,
      ConvertedAccount: nameOf("Account", row["ConvertedAccountId"]),
      ConvertedContact: this.#tables.byId("Contact", row["ConvertedContactId"], ["Id", "Name", "Email"]) ?? null,
      ConvertedOpportunity: nameOf("Opportunity", row["ConvertedOpportunityId"]),
    };
  }

  #document(object: string, row: OrgRow, title: unknown): ExpectedDocument {
    const id = String(row["Id"]);
    const stamps = [row["SystemModstamp"], row["LastModifiedDate"]].map(String).sort();
    const files = this.#links.get(id) ?? [];
    return {
      ...row,
      id,
      object_type: object,
      title: title ?? id,
      url: `${this.#baseUrl}/${id}`,
      _timestamp: stamps.at(-1)?.replace("+0000", "Z"),
      ContentDocumentLinks: children(files.map((file) => ({ ContentDocument: file }))),
    };
  }

  #user(id: unknown): OrgRow | null {
    if (!this.#users.has(id)) {
      const user = this.#tables.rows("User", ["Id", "Name", "Email"], {
        where: `"Id" = '${String(id)}'`,
        deleted: true,
      })[0];
      // A queue may own a case or a lead, and has its own e-mail address.
      const queue = this.#tables.rows("Group", ["Id", "Name", "Email"], {
        where: `"Id" = '${String(id)}'`,
        deleted: true,
      })[0];
      this.#users.set(id, user ?? queue);
    }
    return this.#users.get(id) ?? null;
  }

  #newestOpportunity(account: unknown): unknown {
    const where = `"AccountId" = '${String(account)}'`;
    return children(
      this.#tables.rows("Opportunity", ["Id", "Name", "StageName"], { where, order: '"CreatedDate" DESC' }).slice(0, 1),
    );
  }

  #caseChildren(id: unknown): ExpectedDocument {
    const where = `"ParentId" = '${String(id)}'`;
    const withCreator = (table: string, names: string[]) =>
      this.#tables
        .rows(table, [...names, "CreatedById"], { where })
        .map(({ CreatedById, ...row }): OrgRow => ({ ...row, CreatedBy: this.#user(CreatedById) }));
    const feeds = withCreator("CaseFeed", feedFields).map((feed) => ({
      ...feed,
      FeedComments: children(this.#feedComments(feed["Id"])),
    }));
    return {
      EmailMessages: children(withCreator("EmailMessage", emailFields)),
      CaseComments: children(withCreator("CaseComment", commentFields)),
      Feeds: feeds.length > 0 ? feeds : null,
    };
  }

  #feedComments(feedItem: unknown): OrgRow[] {
    const rows = this.#tables.rows("FeedComment", [...feedCommentFields, "CreatedById"], {
      where: `"FeedItemId" = '${String(feedItem)}'`,
    });
    return rows.map(({ CreatedById, ...row }) => ({ ...row, CreatedBy: this.#user(CreatedById) }));
  }

  /** A file in a record's document. */
  #fileFacts(id: unknown): OrgRow | undefined {
    const names = [
      "Id",
      "Title",
      "FileExtension",
      "ContentSize",
      "Description",
      "CreatedDate",
      "LastModifiedDate",
      "SystemModstamp",
    ];
    const [row] = this.#tables.rows(
      "ContentDocument",
      [...names, "OwnerId", "CreatedById", "LatestPublishedVersionId"],
      { where: `"Id" = '${String(id)}'` },
    );
    if (!row) return undefined;
    const { OwnerId, CreatedById, LatestPublishedVersionId, ...facts } = row;
    const version = this.#tables.byId("ContentVersion", LatestPublishedVersionId, [
      "Id",
      "VersionNumber",
      "CreatedDate",
    ]);
    const VersionDataUrl = `${this.#baseUrl}/services/data/v62.0/sobjects/ContentVersion/${String(LatestPublishedVersionId)}/VersionData`;
    return {
      ...facts,
      Owner: this.#user(OwnerId),
      CreatedBy: this.#user(CreatedById),
      LatestPublishedVersion: { ...version, VersionDataUrl },
    };
  }

  #file(document: OrgRow, related: string[]): ExpectedDocument {
    const owner = document["Owner"] as OrgRow | null;
    const createdBy = document["CreatedBy"] as OrgRow | null;
    const version = document["LatestPublishedVersion"] as OrgRow;
    const iso = (value: unknown): string => String(value).replace("+0000", "Z");
    return {
      id: document["Id"],
      object_type: "ContentDocument",
      type: "content_document",
      title: `${String(document["Title"])}.${String(document["FileExtension"])}`,
      url: `${this.#baseUrl}/${String(document["Id"])}`,
      _timestamp: [iso(document["SystemModstamp"]), iso(document["LastModifiedDate"])].sort().at(-1),
      content_size: document["ContentSize"],
      created_at: iso(document["CreatedDate"]),
      created_by: createdBy?.["Name"] ?? null,
      created_by_email: createdBy?.["Email"] ?? null,
      description: document["Description"],
      file_extension: document["FileExtension"],
      last_updated: iso(document["LastModifiedDate"]),
      owner: owner?.["Name"] ?? null,
      owner_email: owner?.["Email"] ?? null,
      related_ids: [...related].sort(),
      version_number: version["VersionNumber"],
      version_url: version["VersionDataUrl"],
      _version_id: version["Id"],
    };
  }
}

/** Salesforce's form of a list of children: null if there is none. */
function children(records: readonly OrgRow[]): unknown {
  return records.length === 0 ? null : { totalSize: records.length, done: true, records };
}

function address(row: OrgRow): OrgRow | null {
  const value = (name: string): unknown => row[`Billing${name}`] ?? null;
  const parts = {
    city: value("City"),
    country: value("Country"),
    geocodeAccuracy: value("GeocodeAccuracy"),
    latitude: value("Latitude"),
    longitude: value("Longitude"),
    postalCode: value("PostalCode"),
    state: value("State"),
    street: value("Street"),
  };
  return Object.values(parts).every((part) => part === null) ? null : parts;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** The same value with every list of records in the order of their ids, so that two can be compared. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).sort((a, b) => orderKey(a).localeCompare(orderKey(b)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inOrder(item)]));
}

function orderKey(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { Id, ContentDocument } = value as { Id?: string; ContentDocument?: { Id: string } };
  return Id ?? ContentDocument?.Id ?? "";
}
