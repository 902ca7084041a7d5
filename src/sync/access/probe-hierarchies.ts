import { hierarchiesOf, type HierarchyQuestions } from "../../access/hierarchy-probe.ts";
import { longId } from "../../access/long-id.ts";
import { type AccessOptions, OrgAccess } from "../../access/org-access.ts";
import type { RecordFacts } from "../../access/record-facts.ts";
import { isCustom } from "../../access/restriction-rules.ts";
import type { Id, ObjectFacts, SharingFacts } from "../../access/sharing-facts.ts";
import type { FactTables } from "./fact-tables.ts";
import type { SharingSource } from "./ports.ts";

/** Records of an object to look at for questions. */
const mostRecords = 20_000;

interface ProbeOptions {
  readonly source: SharingSource;
  readonly tables: FactTables;
  readonly options: AccessOptions;
  readonly signal: AbortSignal;
}

/** The facts, with "Grant Access Using Hierarchies" of the custom objects for which Salesforce's answers about single users show it. */
export async function withHierarchies(
  facts: SharingFacts,
  { source, tables, options, signal }: ProbeOptions,
): Promise<SharingFacts> {
  const isUnknown = ({ name, grantsAccessUsingHierarchies: known }: ObjectFacts): boolean =>
    isCustom(name) && known === undefined;
  if (!facts.objects.some(isUnknown)) return facts;
  const probe = new OrgAccess(facts, options).hierarchyProbe();
  const known = new Map<string, boolean>();
  for (const object of probe.objects) {
    const questions = probe.questions(object, recordsOf(tables, object));
    const answer = questions && (await ask(questions, source, signal));
    if (answer !== undefined) known.set(object, answer);
  }
  const objects = facts.objects.map((object) =>
    known.has(object.name) ? { ...object, grantsAccessUsingHierarchies: known.get(object.name) } : object,
  );
  return { ...facts, objects };
}

function* recordsOf(tables: FactTables, object: string): Generator<RecordFacts> {
  for (const id of tables.recordIds(object).take(mostRecords)) {
    const record = tables.record(id);
    if (record !== undefined) yield record;
  }
}

/** One request for the bystander and one for each superior. */
async function ask(
  questions: HierarchyQuestions,
  source: SharingSource,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { records, bystander } = questions;
  const users = new Set([bystander, ...records.map(({ superior }) => superior)]);
  const answers = new Map<Id, ReadonlyMap<Id, boolean>>();
  for (const user of users) {
    const asked = records.filter(({ superior }) => user === bystander || superior === user);
    const ids = asked.map(({ record }) => longId(record));
    answers.set(user, await source.readableTo(longId(user), ids, signal));
  }
  return hierarchiesOf(questions, (user, record) => answers.get(user)?.get(longId(record)));
}
