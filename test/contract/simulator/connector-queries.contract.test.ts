import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// Queries of a connector that reads records with their files, e-mails, comments and feeds.

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
  client.version = "59.0";
});

afterAll(() => simulator.stop());

const files =
  "(SELECT ContentDocument.Id, ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize, ContentDocument.Description, ContentDocument.CreatedDate, ContentDocument.LastModifiedDate, ContentDocument.Owner.Id, ContentDocument.Owner.Name, ContentDocument.Owner.Email, ContentDocument.CreatedBy.Email, ContentDocument.LatestPublishedVersion.Id, ContentDocument.LatestPublishedVersion.VersionDataUrl, ContentDocument.LatestPublishedVersion.VersionNumber FROM ContentDocumentLinks WHERE ContentDocument.FileExtension IN ('pdf','docx','txt','html','md','csv'))";

test.each([
  [
    "Account",
    "Name, Description, BillingAddress, Type, Website, Rating, Owner.Id, Owner.Name, Owner.Email, Parent.Id, Parent.Name, (SELECT Id, Name, StageName FROM Opportunities ORDER BY CreatedDate DESC LIMIT 1)",
  ],
  ["Opportunity", "Name, Description, StageName, Owner.Id, Owner.Name, Owner.Email"],
  ["Contact", "Name, Description, Email, Phone, Title, PhotoUrl, LeadSource, AccountId, OwnerId"],
  [
    "Lead",
    "Company, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId, ConvertedDate, Description, Email, LeadSource, Name, OwnerId, Phone, PhotoUrl, Rating, Status, Title",
  ],
  [
    "Campaign",
    "Name, IsActive, Type, Description, Status, StartDate, EndDate, Owner.Id, Owner.Name, Owner.Email, Parent.Id, Parent.Name",
  ],
  [
    "Case",
    "Subject, Description, CaseNumber, Status, AccountId, ParentId, IsClosed, IsDeleted, Owner.Id, Owner.Name, Owner.Email, CreatedBy.Id, CreatedBy.Name, CreatedBy.Email, (SELECT CreatedDate, LastModifiedById, Id, ParentId, MessageDate, TextBody, Subject, FromName, FromAddress, ToAddress, CcAddress, BccAddress, Status, IsDeleted, FirstOpenedDate, CreatedBy.Name FROM EmailMessages LIMIT 500), (SELECT CreatedDate, LastModifiedById, Id, ParentId, CommentBody, CreatedBy.Email FROM CaseComments LIMIT 500)",
  ],
  ["Project__c", "Name, Summary__c"],
])("reads %s with its files", async (object, fields) => {
  const records = await client.records<{
    Id: string;
    ContentDocumentLinks: {
      records: { ContentDocument: { LatestPublishedVersion: { VersionDataUrl: string } } }[];
    } | null;
  }>(`SELECT Id, CreatedDate, LastModifiedDate, ${fields}, ${files} FROM ${object}`);

  expect(records).toHaveLength(simulator.org.database.number(`SELECT count(*) FROM "${object}" WHERE "IsDeleted" = 0`));
  for (const { ContentDocumentLinks } of records) {
    for (const { ContentDocument } of ContentDocumentLinks?.records ?? []) {
      expect(ContentDocument.LatestPublishedVersion.VersionDataUrl).toMatch(/^http.*\/VersionData$/u);
    }
  }
});

test("reads files of records of every object, and their bytes by the URL of the version", async () => {
  const [record] = await client.records<{
    ContentDocumentLinks: {
      records: { ContentDocument: { ContentSize: number; LatestPublishedVersion: { VersionDataUrl: string } } }[];
    };
  }>(
    `SELECT Id, ${files} FROM Account WHERE Id = '${String(simulator.org.database.row('SELECT "Id" FROM "Account" ORDER BY "_row" LIMIT 1')?.[0])}'`,
  );
  const document = record?.ContentDocumentLinks.records[0]?.ContentDocument;

  const response = await fetch(document?.LatestPublishedVersion.VersionDataUrl ?? "", {
    headers: { authorization: `Bearer ${client.token}` },
  });

  expect((await response.arrayBuffer()).byteLength).toBe(document?.ContentSize);
});

test("reads the feed of cases with its comments", async () => {
  const cases = await client.records<{ Id: string }>("SELECT Id FROM Case");
  const ids = cases.map(({ Id }) => `'${Id}'`).join(",");
  const feeds = await client.records<{ FeedComments: { totalSize: number } | null }>(
    `SELECT Id, ParentId, Type, Title, Body, LinkUrl, CommentCount, CreatedBy.Name, (SELECT Id, CommentBody, CreatedBy.Name, CreatedDate, ParentId FROM FeedComments LIMIT 500) FROM CaseFeed WHERE ParentId IN (${ids})`,
  );

  expect(feeds.length).toBeGreaterThan(0);
  const comments = feeds.reduce((sum, { FeedComments }) => sum + (FeedComments?.totalSize ?? 0), 0);
  expect(comments).toBe(
    simulator.org.database.number(
      `SELECT count(*) FROM "FeedComment" c JOIN "FeedItem" i ON i."Id" = c."FeedItemId" JOIN "Case" p ON p."Id" = i."ParentId" WHERE p."IsDeleted" = 0`,
    ),
  );
});

test("reads the permissions of an object and the links of a file", async () => {
  const readers = await client.records<{ AssigneeId: string }>(
    "SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSetId IN (SELECT ParentId FROM ObjectPermissions WHERE PermissionsRead = true AND SobjectType = 'Account')",
  );
  const [document] = await client.records<{ Id: string }>("SELECT Id FROM ContentDocument LIMIT 1");
  const links = await client.records<{ LinkedEntity: { Name: string } }>(
    `SELECT LinkedEntityId, LinkedEntity.Name FROM ContentDocumentLink WHERE ContentDocumentId = '${document?.Id ?? ""}'`,
  );

  expect(readers.length).toBeGreaterThan(2);
  expect(links.every(({ LinkedEntity }) => LinkedEntity.Name !== "")).toBe(true);
});
