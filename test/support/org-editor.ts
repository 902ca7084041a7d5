import { Connection } from "jsforce/lib/connection.js";

/** An administrator who changes the simulated org through its REST API. */
export class OrgEditor {
  /** Words in uploaded versions of files, by the id of the version. */
  readonly marks = new Map<string, string>();
  readonly connection: Connection;
  readonly #url: string;
  #deletedContact = "";

  private constructor(url: string, connection: Connection) {
    this.#url = url;
    this.connection = connection;
  }

  static async open(url: string): Promise<OrgEditor> {
    const credentials = { clientId: "simulator-admin", clientSecret: "simulator-admin", loginUrl: url };
    const connection = new Connection({ oauth2: credentials, instanceUrl: url, loginUrl: url, version: "62.0" });
    await connection.authorize({ grant_type: "client_credentials" });
    return new OrgEditor(url, connection);
  }

  /** The ids that a query finds. */
  async ids(soql: string): Promise<string[]> {
    const { records } = await this.connection.query<{ Id: string }>(soql);
    return records.map(({ Id }) => Id);
  }

  async update(object: string, id: string, fields: object): Promise<void> {
    const result = await this.connection.sobject(object).update({ Id: id, ...fields });
    if (!result.success) throw new Error(`${object} ${id} was not changed: ${JSON.stringify(result.errors)}`);
  }

  async create(object: string, fields: object): Promise<string> {
    const result = await this.connection.sobject(object).create(fields);
    if (!result.success) throw new Error(`${object} was not created: ${JSON.stringify(result.errors)}`);
    return result.id;
  }

  async remove(object: string, id: string): Promise<void> {
    const result = await this.connection.sobject(object).destroy(id);
    if (!result.success) throw new Error(`${object} ${id} was not deleted: ${JSON.stringify(result.errors)}`);
  }

  /** Attaches a file to a record. Returns the ids of the document and of its version. */
  async attach(
    record: string,
    { title, extension = "txt", content, mark }: { title: string; extension?: string; content: Buffer; mark?: string },
  ): Promise<{ documentId: string; versionId: string }> {
    const versionId = await this.create("ContentVersion", {
      Title: title,
      PathOnClient: `${title}.${extension}`,
      VersionData: content.toString("base64"),
      FirstPublishLocationId: record,
    });
    if (mark !== undefined) this.marks.set(versionId, mark);
    const [row] = (
      await this.connection.query<{ ContentDocumentId: string }>(
        `SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${versionId}'`,
      )
    ).records;
    return { documentId: row?.ContentDocumentId ?? "", versionId };
  }

  /** Uploads another version of a file. */
  async addVersion(
    documentId: string,
    { title, content, mark }: { title: string; content: string; mark: string },
  ): Promise<void> {
    const versionId = await this.create("ContentVersion", {
      ContentDocumentId: documentId,
      Title: title,
      PathOnClient: `${title}.txt`,
      VersionData: Buffer.from(content).toString("base64"),
    });
    this.marks.set(versionId, mark);
  }

  /** Makes changes of every kind: fields, names in other records, children, files, and new and deleted records. */
  async editEverything(): Promise<void> {
    const [account = ""] = await this.ids(
      "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) ORDER BY Name LIMIT 1",
    );
    const [longCase = ""] = await this.ids("SELECT Id FROM Case WHERE CaseNumber = '00001004'");
    // Salesforce does not delete a contact with cases.
    const contacts = await this.ids(
      "SELECT Id FROM Contact WHERE Id NOT IN (SELECT ContactId FROM Case) ORDER BY Id LIMIT 2",
    );
    const [project = ""] = await this.ids("SELECT Id FROM Project__c ORDER BY Id LIMIT 1");
    const [file = ""] = await this.ids(
      "SELECT Id FROM ContentDocument WHERE FileExtension = 'txt' ORDER BY Id LIMIT 1",
    );
    await this.update("Account", account, { Name: "Renamed AG", BillingCity: "Zürich" });
    await this.update("Project__c", project, { Name: "Moved project" });
    await this.create("EmailMessage", {
      ParentId: longCase,
      Subject: "One more",
      TextBody: "And another thing",
      FromAddress: "a@b.example",
      Status: "1",
    });
    const lead = await this.create("Lead", {
      LastName: "Neumann",
      Company: "Neu GmbH",
      Status: "Open - Not Contacted",
    });
    this.#deletedContact = contacts[1] ?? "";
    await this.remove("Contact", this.#deletedContact);
    await this.addVersion(file, {
      title: "Second version",
      content: "This text is newer: secondversionmark.",
      mark: "secondversionmark",
    });
    await this.attach(lead, {
      title: "New file",
      content: Buffer.from("A new file with a newfilemark."),
      mark: "newfilemark",
    });
  }

  /** Undeletes the contact. */
  async undelete(): Promise<void> {
    const answer = await fetch(`${this.#url}/__simulator/undelete`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ids: [this.#deletedContact] }),
    });
    if (!answer.ok) throw new Error(`The contact was not undeleted: ${await answer.text()}`);
  }
}
