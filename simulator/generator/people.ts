import { recordId } from "../schema/record-id.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { drawStamps, lastDay, type OrgBuilder } from "./org-builder.ts";
import { asciiWord, drawLanguage } from "./pools.ts";

/** The users that other parts of the generator refer to. */
export interface People {
  /** Active employees. They own and change records. */
  readonly staff: readonly Person[];
  /** Inactive employees. They still own records. */
  readonly former: readonly Person[];
  readonly external: readonly Person[];
  readonly roleIds: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

const setupStamps = {
  CreatedDate: Date.UTC(2019, 0, 2),
  LastModifiedDate: Date.UTC(2019, 0, 2),
  SystemModstamp: Date.UTC(2019, 0, 2),
};
const madeByAdmin = { ...setupStamps, CreatedById: wellKnownIds.adminUser, LastModifiedById: wellKnownIds.adminUser };

const roleTree: readonly { readonly name: string; readonly parent: number | null }[] = [
  { name: "Chief Executive", parent: null },
  { name: "Head of Sales", parent: 0 },
  { name: "Head of Service", parent: 0 },
  { name: "Head of Marketing", parent: 0 },
  { name: "Sales Director Europe", parent: 1 },
  { name: "Sales Director Americas", parent: 1 },
  { name: "Sales Germany", parent: 4 },
  { name: "Sales France", parent: 4 },
  { name: "Sales United States", parent: 5 },
  { name: "Service Desk", parent: 2 },
  { name: "Field Service", parent: 2 },
  { name: "Campaign Team", parent: 3 },
];

/** Writes roles, profiles, users and their logins. The order of the first users and profiles is fixed (see well-known-ids.ts). */
export function writePeople(org: OrgBuilder): People {
  writeProfiles(org);
  const roleIds = writeRoles(org);
  const random = org.random("users");
  const people: { person: Person; kind: UserKind }[] = [];
  for (let index = 0; index < org.counts.users; index += 1) {
    const kind = kindOf(index, org.counts.users);
    people.push({ person: writeUser(org, { index, kind, random, roleIds }), kind });
  }
  const of = (kind: UserKind) => people.filter((entry) => entry.kind === kind).map(({ person }) => person);
  return { staff: of("staff"), former: of("inactive"), external: [...of("partner"), ...of("customer")], roleIds };
}

type UserKind =
  | "integration"
  | "admin"
  | "staff"
  | "inactive"
  | "frozen"
  | "partner"
  | "customer"
  | "high-volume"
  | "chatter"
  | "guest"
  | "automated";

/** Counted from the last user backwards. */
const specialKinds: readonly UserKind[] = [
  "automated",
  "guest",
  "partner",
  "partner",
  "frozen",
  "inactive",
  "customer",
  "high-volume",
  "chatter",
];

/** Every org has users of every kind. */
function kindOf(index: number, count: number): UserKind {
  if (index === 0) return "integration";
  if (index === 1) return "admin";
  const fromEnd = count - index;
  const kind = specialKinds[fromEnd - 1];
  return kind ?? (index % 17 === 16 ? "inactive" : "staff");
}

const userTypes: Readonly<Record<UserKind, string>> = {
  integration: "Standard",
  admin: "Standard",
  staff: "Standard",
  inactive: "Standard",
  frozen: "Standard",
  partner: "PowerPartner",
  customer: "PowerCustomerSuccess",
  "high-volume": "CspLitePortal",
  chatter: "CsnOnly",
  guest: "Guest",
  automated: "AutomatedProcess",
};

interface UserParts {
  readonly index: number;
  readonly kind: UserKind;
  readonly random: ReturnType<OrgBuilder["random"]>;
  readonly roleIds: readonly string[];
}

function nameOf({ kind, random }: UserParts, org: OrgBuilder): { first: string; last: string; locale: string } {
  if (kind === "integration") return { first: "Integration", last: "User", locale: "en_US" };
  if (kind === "admin") return { first: "Ada", last: "Minister", locale: "en_US" };
  if (kind === "automated") return { first: "Automated", last: "Process", locale: "en_US" };
  if (kind === "guest") return { first: "Support", last: "Site Guest User", locale: "en_US" };
  const language = drawLanguage(random);
  const locales = { en: "en_US", de: "de_DE", fr: "fr_FR", es: "es_ES", ja: "ja_JP", ar: "ar" };
  return {
    first: random.pick(org.pools[language].first),
    last: random.pick(org.pools[language].last),
    locale: locales[language],
  };
}

const zones: Readonly<Record<string, string>> = {
  en_US: "America/New_York",
  de_DE: "Europe/Berlin",
  fr_FR: "Europe/Paris",
  ja_JP: "Asia/Tokyo",
};

function writeUser(org: OrgBuilder, parts: UserParts): Person {
  const { index, kind, random } = parts;
  const { first, last, locale } = nameOf(parts, org);
  const table = org.table("User");
  const login = `${asciiWord(first)}.${asciiWord(last)}${index < 2 ? "" : String(index)}`;
  const email = `${login}@simulated.example`;
  const inside = ["staff", "inactive", "frozen"].includes(kind);
  const portal = ["partner", "customer", "high-volume"].includes(kind);
  const stamps = drawStamps(random);
  const id = table.add({
    ...stamps,
    CreatedById: wellKnownIds.adminUser,
    LastModifiedById: wellKnownIds.adminUser,
    Username:
      kind === "integration" ? "simulator@simulated.example" : kind === "admin" ? "admin@simulated.example" : email,
    FirstName: first,
    LastName: last,
    CompanyName: "Simulated Company",
    Department: random.pick(["Sales", "Service", "Marketing", "Finance"]),
    Title: random.pick(["Account Executive", "Service Agent", "Team Lead", "Manager"]),
    City: random.pick(org.pools.de.cities),
    Country: "Germany",
    Email: email,
    Phone: `+49 30 ${random.between(100_000, 999_999)}`,
    Alias: `u${index}`,
    CommunityNickname: login.slice(0, 40),
    IsActive: kind === "inactive" ? 0 : 1,
    TimeZoneSidKey: index < 2 ? "America/Los_Angeles" : (zones[locale] ?? "GMT"),
    ...placeInCompany(table.idAt(2 + Math.floor((index - 3) / 6)), { ...parts, inside, email }),
    LocaleSidKey: locale,
    EmailEncodingKey: "UTF-8",
    ProfileId: profileOf(kind, index),
    UserType: userTypes[kind],
    LanguageLocaleKey: "en_US",
    LastLoginDate: lastDay - random.below(90) * 86_400_000,
    // Contacts of the largest account, except its first two.
    ContactId: portal ? org.table("Contact").idAt(2 + org.counts.users - index - 3) : null,
    AccountId: portal ? org.table("Account").idAt(0) : null,
    SmallPhotoUrl: "/profilephoto/005/T",
    FullPhotoUrl: "/profilephoto/005/F",
    IsPortalEnabled: portal ? 1 : 0,
  });
  org.table("UserLogin").add({
    UserId: id,
    IsFrozen: kind === "frozen" ? 1 : 0,
    LastModifiedDate: stamps.LastModifiedDate,
    LastModifiedById: wellKnownIds.adminUser,
  });
  return { id, name: `${first} ${last}`, email };
}

/** Role, manager and single sign-on of employees. */
function placeInCompany(
  manager: string,
  { index, roleIds, inside, email }: UserParts & { inside: boolean; email: string },
): Record<string, string | null> {
  if (!inside) return {};
  return {
    UserRoleId: roleIds[index % roleIds.length] ?? null,
    ManagerId: index > 2 ? manager : null,
    EmployeeNumber: `E${String(1000 + index)}`,
    FederationIdentifier: email,
  };
}

/** The profiles after those of well-known-ids.ts. */
const furtherProfiles = {
  customer: recordId("00e", 6),
  highVolume: recordId("00e", 7),
  chatter: recordId("00e", 8),
  sales: recordId("00e", 9),
};

function profileOf(kind: UserKind, index: number): string {
  switch (kind) {
    case "integration":
      return wellKnownIds.integrationProfile;
    case "admin":
    case "automated":
      return wellKnownIds.adminProfile;
    case "partner":
      return wellKnownIds.partnerProfile;
    case "customer":
      return furtherProfiles.customer;
    case "high-volume":
      return furtherProfiles.highVolume;
    case "chatter":
      return furtherProfiles.chatter;
    case "guest":
      return wellKnownIds.guestProfile;
    case "staff":
    case "inactive":
    case "frozen":
      return index % 5 === 4 ? furtherProfiles.sales : wellKnownIds.standardProfile;
  }
}

function writeProfiles(org: OrgBuilder): void {
  const profiles = [
    { Name: "Minimum Access - API Only Integrations", UserType: "Standard" },
    { Name: "System Administrator", UserType: "Standard" },
    { Name: "Standard User", UserType: "Standard" },
    { Name: "Partner Community User", UserType: "PowerPartner" },
    { Name: "Support Site Guest", UserType: "Guest" },
    { Name: "Customer Community Plus User", UserType: "PowerCustomerSuccess" },
    { Name: "Customer Community User", UserType: "CspLitePortal" },
    { Name: "Chatter Free User", UserType: "CsnOnly" },
    { Name: "Sales User", UserType: "Standard" },
    { Name: "Customer Portal Manager", UserType: "CustomerSuccess" },
  ];
  for (const profile of profiles) org.table("Profile").add({ ...madeByAdmin, ...profile });
}

function writeRoles(org: OrgBuilder): string[] {
  const table = org.table("UserRole");
  const levels = ["Edit", "Read", "None"];
  return roleTree.map(({ name, parent }, index) =>
    table.add({
      Name: name,
      DeveloperName: name.replaceAll(" ", "_"),
      ParentRoleId: parent === null ? null : table.idAt(parent),
      OpportunityAccessForAccountOwner: levels[index % 3] ?? null,
      CaseAccessForAccountOwner: levels[(index + 1) % 3] ?? null,
      ContactAccessForAccountOwner: levels[index % 2] ?? null,
      PortalType: "None",
      LastModifiedDate: setupStamps.LastModifiedDate,
      LastModifiedById: wellKnownIds.adminUser,
      SystemModstamp: setupStamps.SystemModstamp,
    }),
  );
}
