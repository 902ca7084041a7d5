import { describe, expect, it } from "vitest";
import { sharingCases } from "./all-sharing-cases.ts";
import { referencesOf } from "./case-references.ts";
import {
  mastersOf,
  type Answer,
  type ObjectName,
  type RecordFacts,
  type ShareRow,
  type SharingCase,
  type SharingFacts,
  type SharingModel,
} from "./sharing-case.ts";

// These tests validate the form of the table, not the access: implementations of access control are tested against the table.

const loadable = sharingCases.filter(({ computationOnly }) => computationOnly === undefined);

/** All findings with the title of their case, so that a failure names every case at fault. */
const findings = <T>(cases: readonly SharingCase[], find: (sharingCase: SharingCase) => readonly T[]) =>
  cases.flatMap((sharingCase) => find(sharingCase).map((finding) => [sharingCase.title, finding] as const));

const openness = ["ControlledByParent", "Private", "Read", "ReadWrite", "ReadWriteTransfer", "FullAccess"] as const;
const rank = (model: SharingModel) => openness.findIndex((known) => known === model);

function defaultOf(facts: SharingFacts, object: ObjectName): { internal: SharingModel; external: SharingModel } {
  const model = facts.defaults?.[object] ?? "Private";
  return typeof model === "string" ? { internal: model, external: model } : { internal: model[0], external: model[1] };
}

/** Salesforce keeps share rows unless all users may edit the records or a parent decides (uth-arch). */
function hasShareTable(facts: SharingFacts, { object }: RecordFacts): boolean {
  const { internal, external } = defaultOf(facts, object);
  if (mastersOf[object] !== undefined || internal === "ControlledByParent") return false;
  return internal !== "ReadWrite" || external !== "ReadWrite";
}

const duplicates = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);
const onlyInOne = (left: readonly string[], right: readonly string[]) => [
  ...left.filter((name) => !right.includes(name)),
  ...right.filter((name) => !left.includes(name)),
];
const listed = ({ read = [], none = [], hidden = [], blocked = [] }: Answer) => [
  ...read,
  ...none,
  ...hidden,
  ...blocked,
];
const rowKey = ({ on, to, cause, level }: ShareRow) => `${on} ${to} ${cause} ${level}`;

describe("sharing cases", () => {
  it("are at least eighty, and most can be loaded into an org", () => {
    expect(sharingCases.length).toBeGreaterThanOrEqual(80);
    expect(loadable.length / sharingCases.length).toBeGreaterThan(0.7);
  });

  it("have unique titles", () => {
    expect(duplicates(sharingCases.map(({ title }) => title))).toEqual([]);
  });

  it("have a source, and a note about the choice if no document confirms them", () => {
    const silent = sharingCases.filter(
      ({ sources, unconfirmed, note = "" }) =>
        sources.length === 0 || (unconfirmed !== undefined && !note.includes("Chosen: ")),
    );

    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  it("answer for every record and file, and for nothing else", () => {
    const wrong = findings(sharingCases, ({ facts, answers }) => {
      const expected = [...Object.keys(facts.records), ...Object.keys(facts.files ?? {})];
      return onlyInOne(expected, Object.keys(answers));
    });

    expect(wrong).toEqual([]);
  });

  it("answer for each user of each record exactly once", () => {
    const wrong = findings(sharingCases, ({ facts, answers }) =>
      Object.entries(answers).flatMap(([record, answer]) => {
        const users = listed(answer);
        const wrongUsers = [...onlyInOne(Object.keys(facts.users), users), ...duplicates(users)];
        return wrongUsers.map((user) => `${record}: ${user}`);
      }),
    );

    expect(wrong).toEqual([]);
  });

  it("grant and deny", () => {
    const oneSided = sharingCases.filter(({ answers }) => {
      const all = Object.values(answers);
      const granted = all.some(({ read = [] }) => read.length > 0);
      const denied = all.some(({ none = [], blocked = [] }) => none.length + blocked.length > 0);
      return !granted || !denied;
    });

    expect(oneSided.map(({ title }) => title)).toEqual([]);
  });

  it("use names that exist; only computations meet the ids of deleted rows", () => {
    const isDeleted = (name: string) => name.startsWith("deleted:");
    const missing = findings(sharingCases, (sharingCase) =>
      referencesOf(sharingCase).filter(({ name, known }) => !known.includes(name) && !isDeleted(name)),
    );
    const deleted = findings(loadable, (sharingCase) =>
      referencesOf(sharingCase).filter(({ name }) => isDeleted(name)),
    );

    expect(missing).toEqual([]);
    expect(deleted).toEqual([]);
  });

  it("give each item of a case a unique name", () => {
    const shared = findings(sharingCases, ({ facts: { users, groups, libraries, chatterGroups, records, files } }) =>
      duplicates(
        [users, groups, libraries, chatterGroups, records, files].flatMap((table) => Object.keys(table ?? {})),
      ),
    );

    expect(shared).toEqual([]);
  });

  it("give details their masters, and every other record an owner", () => {
    const wrong = findings(sharingCases, ({ facts }) =>
      Object.entries(facts.records).filter(([, { object, owner, masters = [] }]) => {
        const expected = mastersOf[object] ?? [];
        const fits = masters.every((master, at) => (facts.records[master]?.object ?? expected[at]) === expected[at]);
        return masters.length !== expected.length || !fits || (owner === undefined) !== expected.length > 0;
      }),
    );

    expect(wrong).toEqual([]);
  });
});

describe("share tables of the sharing cases", () => {
  it("list a row once, and only for records that have a share table", () => {
    const wrong = findings(sharingCases, ({ facts, shareTable = [] }) => [
      ...duplicates(shareTable.map(({ on, to, cause }) => `${on} ${to} ${cause}`)),
      ...shareTable.filter(({ on }) => facts.records[on] === undefined || !hasShareTable(facts, facts.records[on])),
    ]);

    expect(wrong).toEqual([]);
  });

  it("have exactly one owner row for each record with a share table", () => {
    const wrong = findings(loadable, ({ facts, shareTable = [] }) =>
      Object.entries(facts.records).filter(([name, record]) => {
        const owners = shareTable.filter(({ on, cause }) => on === name && cause === "Owner");
        const expected = hasShareTable(facts, record) ? [`${name} ${record.owner ?? ""} Owner All`] : [];
        return owners.map(rowKey).join() !== expected.join();
      }),
    );

    expect(wrong).toEqual([]);
  });

  it("keep every row that was made, unless it was merged into the owner's or its user was deactivated", () => {
    const lost = findings(loadable, ({ facts, shareTable = [] }) =>
      (facts.sharing ?? []).filter((row) => {
        const kept = shareTable.some((stored) => rowKey(stored) === rowKey(row));
        const merged = facts.records[row.on]?.owner === row.to;
        const taken = facts.users[row.to]?.active === false;
        return !kept && (row.cause !== "Manual" || (!merged && !taken));
      }),
    );

    expect(lost).toEqual([]);
  });

  it("come with organization-wide defaults that Salesforce accepts", () => {
    const refused = findings(loadable, ({ facts }) => {
      const objects = Object.values(facts.records).map(({ object }) => object);
      const wider = objects.filter((object) => {
        const { internal, external } = defaultOf(facts, object);
        return rank(external) < 0 || rank(external) > rank(internal);
      });
      const children = (["Contact", "Opportunity", "Case"] as const).filter(
        (object) => rank(defaultOf(facts, object).internal) > rank("Private"),
      );
      return [...wider, ...(defaultOf(facts, "Account").internal === "Private" ? children : [])];
    });

    expect(refused).toEqual([]);
  });
});
