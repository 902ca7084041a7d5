import { describe, expect, it } from "vitest";
import { OrgAccess } from "../../src/access/org-access.ts";
import type { SharingFacts } from "../../src/access/sharing-facts.ts";
import { TokensInUse } from "../../src/access/tokens-in-use.ts";
import type { SharingCase } from "../sharing-cases/sharing-case.ts";
import { caseOrg, type CaseOrg } from "./case-org.ts";
import { indexOrg, type IndexedOrg, now, seenPairs } from "./index-org.ts";

// Facts that the golden cases cannot express: what the service may read while an org changes, or from an org that nobody expected.

type Facts = SharingCase["facts"];

const roles = { chief: {}, sales: { parent: "chief" }, reps: { parent: "sales" } };
const people = { head: { role: "chief" }, manager: { role: "sales" }, rep: { role: "reps" }, outsider: {} };
const lead = { object: "Lead", owner: "rep" } as const;

function org(facts: Partial<Facts>, rows: SharingCase["shareTable"] = []): CaseOrg {
  const complete = { roles, users: people, records: { lead }, ...facts };
  return caseOrg({ title: "", sources: [], facts: complete, shareTable: rows, answers: {} });
}

const withFacts = (original: CaseOrg, change: (facts: SharingFacts) => Partial<SharingFacts>): CaseOrg => ({
  ...original,
  facts: { ...original.facts, ...change(original.facts) },
});

/** The names of those who see a record. */
function readers(case_: CaseOrg, record: string, indexed: IndexedOrg = indexOrg(case_)): string[] {
  const seen = seenPairs(indexed);
  const names = ["head", "manager", "rep", "outsider"];
  return names.filter((name) => seen.has(`${case_.idOf(name)} ${case_.idOf(record)}`));
}

/** Roles have ids in the order of the case. */
const idOfRole = (case_: CaseOrg, name: keyof typeof roles): string =>
  case_.facts.roles?.[Object.keys(roles).indexOf(name)]?.id ?? "";

const problemsOf = (case_: CaseOrg): string[] => indexOrg(case_).problems.map(({ problem }) => problem);

describe("bad facts", () => {
  it("an owner row that names a former owner opens nothing", () => {
    const moved = org({}, [{ on: "lead", to: "outsider", cause: "Owner", level: "All" }]);

    expect(readers(moved, "lead")).toEqual(["head", "manager", "rep"]);
    expect(problemsOf(moved)).toContain("A share row names an owner who is not the record's: it opens nothing.");
  });

  it("a share row whose cause was not read opens nothing, since it may name a former owner", () => {
    const moved = org({});
    const shares = [{ userOrGroupId: moved.idOf("outsider"), accessLevel: "All" }];
    const withoutCause = { ...moved, records: moved.records.map((record) => ({ ...record, shares })) };

    expect(readers(withoutCause, "lead")).toEqual(["head", "manager", "rep"]);
  });

  it("a permission set grants nothing if it was not read whether it requires activation", () => {
    const facts: Partial<Facts> = {
      permissionSets: { leads: { objects: { Lead: ["Read"] } } },
      users: { ...people, rep: { role: "reps", profile: "leads" } },
    };
    const unread = withFacts(org(facts), ({ permissionSets = [] }) => ({
      permissionSets: permissionSets.map((row) => ({ ...row, hasActivationRequired: undefined })),
    }));

    expect(readers(org(facts), "lead")).toEqual(["head", "manager", "rep"]);
    expect(readers(unread, "lead")).toEqual([]);
  });

  it("objects that share a key prefix are hidden, since their tokens would be the same", () => {
    const doubled = withFacts(org({ defaults: { Lead: "Read" } }), ({ objects }) => ({
      objects: [...objects, { name: "Other__c", keyPrefix: "00Q", internalSharingModel: "Read", masters: [] }],
    }));

    expect(readers(doubled, "lead")).toEqual([]);
    expect(problemsOf(doubled)).toContain("An object has no key prefix of its own: its records stay hidden.");
  });

  it("objects that are each other's masters open nothing", () => {
    const circle = withFacts(
      org({
        records: { apollo: { object: "Project__c", owner: "rep" }, visit: { object: "Visit__c", masters: ["apollo"] } },
      }),
      ({ objects }) => ({
        objects: objects.map((object) =>
          object.name === "Project__c" ? { ...object, masters: ["Visit__c"] } : object,
        ),
      }),
    );

    expect([...readers(circle, "apollo"), ...readers(circle, "visit")]).toEqual([]);
  });

  it("an object with three masters opens nothing", () => {
    const three = withFacts(
      org({
        records: { apollo: { object: "Project__c", owner: "rep" }, visit: { object: "Visit__c", masters: ["apollo"] } },
      }),
      ({ objects }) => ({
        objects: objects.map((object) =>
          object.name === "Visit__c" ? { ...object, masters: ["Project__c", "Project__c", "Project__c"] } : object,
        ),
      }),
    );

    expect(readers(three, "visit")).toEqual([]);
    expect(readers(three, "apollo")).toEqual(["head", "manager", "rep"]);
  });

  it("a record of an object that is not known carries a token that no user holds", () => {
    const unknown = withFacts(org({ defaults: { Lead: "Read" } }), ({ objects }) => ({
      objects: objects.filter(({ name }) => name !== "Lead"),
    }));
    const indexed = indexOrg(unknown);

    expect(readers(unknown, "lead", indexed)).toEqual([]);
    expect(indexed.documents.get(unknown.idOf("lead"))).toEqual({
      _allow_access_control: ["00D000000000001:069:none"],
    });
  });

  it("a group that is its own boss's group and a queue without members open nothing", () => {
    const empty = org(
      {
        groups: {
          self: { type: "Regular", members: ["self"], includesBosses: true },
          desk: { type: "Queue", members: [], includesBosses: true },
        },
      },
      [
        { on: "lead", to: "self", cause: "Rule", level: "Read" },
        { on: "lead", to: "desk", cause: "Rule", level: "Read" },
      ],
    );

    expect(readers(empty, "lead")).toEqual(["head", "manager", "rep"]);
  });

  it("a rule that restricts an object of which only the rule's type is unknown still restricts it", () => {
    const restricted = withFacts(org({ records: { apollo: { object: "Project__c", owner: "rep" } } }), () => ({
      restrictionRules: [{ targetObject: "Project__c", isActive: true }],
    }));

    expect(readers(restricted, "apollo")).toEqual([]);
  });

  it("an operator may let superiors of queue members see what a queue of an older org owns", () => {
    const facts: Partial<Facts> = {
      apiVersion: 66,
      groups: { desk: { type: "Queue", members: ["rep"], includesBosses: false } },
      records: { lead: { object: "Lead", owner: "desk" } },
    };

    expect(readers(org(facts), "lead")).toEqual(["rep"]);
    expect(readers(org(facts), "lead", indexOrg(org(facts), { queuesReachSuperiors: true }))).toEqual([
      "head",
      "manager",
      "rep",
    ]);
  });

  it("a territory inside of a public group brings its own users, not those of the territories above", () => {
    const nested = org(
      {
        territories: {
          country: { level: "Read", users: ["head"] },
          west: { parent: "country", level: "Read", users: ["outsider"] },
        },
        groups: { team: { type: "Regular", members: ["Territory:west"], includesBosses: true } },
        records: { lead: { object: "Lead", owner: "rep" } },
        users: { ...people, head: {} },
      },
      [{ on: "lead", to: "team", cause: "Rule", level: "Read" }],
    );

    expect(readers(nested, "lead")).toEqual(["manager", "rep", "outsider"]);
  });

  it("a head whose documents are being rewritten holds one token for each role below", () => {
    const withHead = org({});
    const before = indexOrg(withHead, { manyRoles: 0 });
    const during = indexOrg(withHead, { manyRoles: 0, withoutUnder: new Set([idOfRole(withHead, "chief")]) });
    const kindsHeld = ({ identities }: IndexedOrg): string[] =>
      identities
        .filter(({ identity }) => identity.username === "user:head")
        .flatMap(({ query }) => query.template.params["access_control"] ?? [])
        .map((token) => token.split(":")[2] ?? "");

    expect(kindsHeld(before)).toEqual(["under"]);
    expect(kindsHeld(during)).toEqual(["above"]);
    expect(readers(withHead, "lead", during)).toEqual(["head", "manager", "rep"]);
  });

  it("an account whose owner is not known opens no children, since the owner's row cannot be told from others", () => {
    const facts: Partial<Facts> = {
      records: {
        acme: { object: "Account", owner: "rep" },
        deal: { object: "Opportunity", owner: "manager", account: "acme" },
      },
    };
    const rows = [{ on: "acme", to: "rep", cause: "Manual", level: "All", opportunity: "Read" }] as const;
    const known = org(facts, rows);
    const unknown = {
      ...known,
      records: known.records.map((record) => ({
        ...record,
        ...(record.object === "Account" && { ownerId: undefined }),
      })),
    };

    expect(readers(known, "deal")).toEqual(["head", "manager"]);
    expect(readers(unknown, "deal")).toEqual(["head", "manager"]);
  });

  it("a permission set group grants Read only if its aggregated set and its components agree", () => {
    const reads = { objects: { Lead: ["Read"] } } as const;
    const member = { role: "reps", profile: "nothing", assigned: [{ of: "bundle" }] };
    const grouped = (aggregated: object, component: object): CaseOrg =>
      org({
        permissionSets: { nothing: {}, component },
        permissionSetGroups: { bundle: { sets: ["component"], aggregated } },
        users: { ...people, rep: member },
      });

    expect(readers(grouped(reads, reads), "lead")).toEqual(["head", "manager", "rep"]);
    expect(readers(grouped(reads, {}), "lead")).toEqual(["head", "manager"]);
    expect(readers(grouped({}, reads), "lead")).toEqual(["head", "manager"]);
  });

  it("View All on the topmost master does not pass a restriction rule on a master between", () => {
    const viewer = {
      objects: { Project__c: ["Read", "ViewAll"], Visit__c: ["Read"], Visit_Note__c: ["Read"] },
    } as const;
    const facts: Partial<Facts> = {
      permissionSets: { viewer },
      users: { ...people, outsider: { profile: "viewer" } },
      records: {
        apollo: { object: "Project__c", owner: "rep" },
        visit: { object: "Visit__c", masters: ["apollo"] },
        remark: { object: "Visit_Note__c", masters: ["visit"] },
      },
    };
    const rule = { targetObject: "Visit__c", enforcementType: "Restrict" };

    expect(readers(org(facts), "remark")).toContain("outsider");
    expect(
      readers(
        withFacts(org(facts), () => ({ restrictionRules: [rule] })),
        "remark",
      ),
    ).toEqual([]);
    expect(
      readers(
        withFacts(org(facts), () => ({ restrictionRules: [{ ...rule, targetObject: "01I000000000001" }] })),
        "remark",
      ),
    ).toEqual([]);
  });

  it("external users see contacts by their account only if that holds for external users as well", () => {
    const facts = (external: "ControlledByParent" | "Private"): Partial<Facts> => ({
      defaults: { Contact: ["ControlledByParent", external] },
      users: { ...people, outsider: { type: "PowerPartner" } },
      records: {
        acme: { object: "Account", owner: "rep" },
        jane: { object: "Contact", owner: "rep", account: "acme" },
      },
    });
    const rows = [{ on: "acme", to: "outsider", cause: "Manual", level: "Read" }] as const;

    expect(readers(org(facts("ControlledByParent"), rows), "jane")).toContain("outsider");
    expect(readers(org(facts("Private"), rows), "jane")).toEqual(["head", "manager", "rep"]);
  });

  it("a link for internal users carries no token of the external default", () => {
    const internalOnly = org({
      files: { memo: { owner: "outsider", links: [{ to: "lead", visibility: "InternalUsers" }] } },
    });
    const document = indexOrg(internalOnly).documents.get(internalOnly.idOf("memo"))?.["_allow_access_control"] ?? [];

    expect(document.filter((token) => token.includes("public"))).toEqual(["00D000000000001:00Q:public:internal"]);
  });

  it("tokens from the time when share rows opened contacts are held no longer once accounts control them", () => {
    const before = org({ records: { acme: { object: "Account", owner: "rep" } } });
    const after = org({
      defaults: { Contact: "ControlledByParent" },
      records: { acme: { object: "Account", owner: "rep" } },
    });
    const tokensHeld = (case_: CaseOrg): string[] => {
      const tokensInUse = new TokensInUse();
      tokensInUse.add([{ part: "003", principals: [`user:${case_.idOf("outsider")}`] }]);
      const identities = new OrgAccess(case_.facts, { now }).identities({ tokensInUse, lists: [] });
      return [...identities].flatMap(({ tokens }) => tokens);
    };

    expect(tokensHeld(before)).toEqual([`00D000000000001:003:user:${before.idOf("outsider")}`]);
    expect(tokensHeld(after)).toEqual([]);
  });
});
