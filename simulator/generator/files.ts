import { createHash } from "node:crypto";
import { fileFormats, type FileRecipe, formatFacts, renderFile } from "../content/file-recipe.ts";
import type { Random } from "../core/random.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { placeholdersOf, type Customers, drawOwner } from "./accounts.ts";
import type { Groups } from "./groups.ts";
import { drawStamps, type OrgBuilder, type Stamps } from "./org-builder.ts";
import type { People } from "./people.ts";

const kinds = ["Offer", "Contract", "Minutes", "Inspection report", "Data sheet", "Invoice", "Letter"];

/** The index of the file with the most links. */
const mostLinkedFileIndex = 1;

/** Writes files, their versions and links, and the libraries. The bytes of a file are rendered on download. */
export function writeFiles(
  org: OrgBuilder,
  people: People,
  { customers, groups }: { customers: Customers; groups: Groups },
): void {
  const random = org.random("files");
  const libraries = writeLibraries(org, people, groups);
  for (let index = 0; index < org.counts.files; index += 1) {
    const account = index === mostLinkedFileIndex ? 0 : customers.living(random.skewed(org.counts.accounts));
    const file = writeFile(org, { random, index, account, customers, owner: drawOwner(random, people).id });
    const targets = linkTargets(org, { random, index, account, library: libraries[index % libraries.length] ?? "" });
    for (const target of new Set(targets))
      link(org, file, { target, share: "V", visibility: random.pick(["AllUsers", "InternalUsers"]) });
    link(org, file, { target: file.owner, share: "I", visibility: "AllUsers" });
    const reader = isPrivate(index) ? wellKnownIds.integrationUser : index % 17 === 6 ? people.staff[1]?.id : undefined;
    if (reader !== undefined && reader !== file.owner) {
      link(org, file, { target: reader, share: "V", visibility: "SharedUsers" });
    }
  }
}

/** Selects files that are private on records. They are shared with the integration user, so that it can read all files of records. */
function isPrivate(index: number): boolean {
  return index % 40 === 11;
}

interface FileParts {
  readonly random: Random;
  readonly index: number;
  readonly account: number;
  readonly customers: Customers;
  readonly owner: string;
}

interface WrittenFile {
  readonly id: string;
  readonly owner: string;
  readonly stamps: Stamps;
}

function recipeOf(org: OrgBuilder, { random, index, account, customers }: FileParts, version: number): FileRecipe {
  const format = fileFormats[index % fileFormats.length] ?? "txt";
  const western = format === "pdf" || format === "latin1";
  const own = customers.languages[account] ?? "en";
  const language = western && (own === "ja" || own === "ar") ? "en" : own;
  const placeholders = placeholdersOf(random, org, { company: customers.accountNames[account] ?? "", language });
  return {
    ...placeholders,
    seed: `file/${index}/${version}/${random.below(1_000_000)}`,
    format,
    language,
    title: `${random.pick(kinds)} ${placeholders.product} ${placeholders.company}`.slice(0, 200),
    paragraphs: random.between(2, 9) + (index % 50 === 9 ? 60 : 0),
    mark: `mark${index}x${version}q${random.below(100_000)}`,
  };
}

function writeFile(org: OrgBuilder, parts: FileParts): WrittenFile {
  const { random, index, owner } = parts;
  const documents = org.table("ContentDocument");
  const versions = org.table("ContentVersion");
  const stamps = drawStamps(random);
  const id = documents.idAt(documents.count);
  const count = index % 9 === 4 ? 2 : 1;
  let latest = { versionId: "", recipe: recipeOf(org, parts, 1), size: 0 };
  for (let version = 1; version <= count; version += 1) {
    const recipe = version === 1 ? latest.recipe : recipeOf(org, parts, version);
    const bytes = renderFile(recipe);
    const facts = formatFacts[recipe.format];
    const versionId = versions.add({
      ...stamps,
      CreatedById: owner,
      LastModifiedById: owner,
      ContentDocumentId: id,
      IsLatest: version === count ? 1 : 0,
      VersionNumber: String(version),
      Title: recipe.title,
      PathOnClient: `${recipe.title.replaceAll(/[^\w.-]+/gu, "_")}.${facts.extension}`,
      FileType: facts.fileType,
      FileExtension: facts.extension,
      ContentSize: bytes.length,
      Checksum: createHash("md5").update(bytes).digest("hex"),
      ContentModifiedDate: stamps.LastModifiedDate,
      ContentModifiedById: owner,
      OwnerId: owner,
      PublishStatus: "P",
      SharingOption: "A",
      SharingPrivacy: isPrivate(index) ? "P" : "N",
      Origin: "H",
      ContentLocation: "S",
      IsMajorVersion: 1,
      _recipe: JSON.stringify(recipe),
    });
    latest = { versionId, recipe, size: bytes.length };
  }
  const facts = formatFacts[latest.recipe.format];
  documents.add({
    ...stamps,
    CreatedById: owner,
    LastModifiedById: owner,
    OwnerId: owner,
    Title: latest.recipe.title,
    PublishStatus: "P",
    LatestPublishedVersionId: latest.versionId,
    Description: random.maybe(
      0.4,
      () => `${latest.recipe.title}, in the state of ${new Date(stamps.LastModifiedDate).toISOString().slice(0, 10)}`,
    ),
    ContentSize: latest.size,
    FileType: facts.fileType,
    FileExtension: facts.extension,
    SharingOption: "A",
    SharingPrivacy: isPrivate(index) ? "P" : "N",
    ContentModifiedDate: stamps.LastModifiedDate,
  });
  return { id, owner, stamps };
}

/** Most files are linked to an account or another record. One has very many links; a few are linked to a library, a group or the org. */
function linkTargets(
  org: OrgBuilder,
  { random, index, account, library }: { random: Random; index: number; account: number; library: string },
): string[] {
  const accounts = org.table("Account");
  if (index === mostLinkedFileIndex)
    return Array.from({ length: org.counts.mostLinkedFile }, (_, at) => accounts.idAt(at));
  if (index === 0) return [accounts.idAt(0), org.table("Opportunity").idAt(0), org.table("Case").idAt(3)];
  const others = [
    org.table("Opportunity").idAt(random.below(org.counts.opportunities)),
    org.table("Case").idAt(random.below(org.counts.cases)),
    org.table("Contact").idAt(random.below(org.counts.contacts)),
    org.table("Lead").idAt(random.below(org.counts.leads)),
    org.table("Campaign").idAt(random.below(org.counts.campaigns)),
    org.table("Project__c").idAt(random.below(org.counts.projects)),
    org.table("Installation__c").idAt(random.below(org.counts.installations)),
  ];
  const other = others[index % others.length] ?? "";
  if (index % 11 === 10) return [library];
  if (index % 31 === 30) return [org.table("CollaborationGroup").idAt(index % 2)];
  if (index % 53 === 52) return [wellKnownIds.organization];
  // Some files are linked to their owner only.
  if (index % 23 === 22) return [];
  return random.chance(0.3) ? [accounts.idAt(account), other] : [random.chance(0.5) ? accounts.idAt(account) : other];
}

function link(
  org: OrgBuilder,
  file: WrittenFile,
  { target, share, visibility }: { target: string; share: string; visibility: string },
): void {
  org.table("ContentDocumentLink").add({
    LinkedEntityId: target,
    ContentDocumentId: file.id,
    ShareType: share,
    Visibility: visibility,
    SystemModstamp: file.stamps.SystemModstamp,
  });
}

/** Libraries with users and groups as members, a private Chatter group and a public one. */
function writeLibraries(org: OrgBuilder, people: People, groups: Groups): string[] {
  const stamps = drawStamps(org.random("libraries"));
  const ids = ["Product Sheets", "Contracts"].map((name) =>
    org
      .table("ContentWorkspace")
      .add({ ...stamps, Name: name, DeveloperName: name.replace(" ", "_"), WorkspaceType: "R" }),
  );
  for (const [index, person] of people.staff.slice(0, 6).entries()) {
    org.table("ContentWorkspaceMember").add({
      ...stamps,
      ContentWorkspaceId: ids[index % ids.length] ?? null,
      MemberId: person.id,
      MemberType: "U",
    });
  }
  for (const [index, group] of groups.publicGroups.slice(0, 2).entries()) {
    org.table("ContentWorkspaceMember").add({
      ...stamps,
      ContentWorkspaceId: ids[index % ids.length] ?? null,
      MemberId: group,
      MemberType: "G",
    });
  }
  for (const [name, type] of [
    ["Product News", "Private"],
    ["Announcements", "Public"],
  ] as const) {
    const group = org.table("CollaborationGroup").add({
      ...stamps,
      Name: name,
      CollaborationType: type,
      OwnerId: people.staff[0]?.id ?? null,
      MemberCount: 3,
    });
    for (const person of people.staff.slice(0, 3)) {
      org
        .table("CollaborationGroupMember")
        .add({ ...stamps, CollaborationGroupId: group, MemberId: person.id, CollaborationRole: "Standard" });
    }
  }
  return ids;
}
