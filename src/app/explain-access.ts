import { z } from "zod";
import type { Identity } from "../access/identities.ts";
import { longId } from "../access/long-id.ts";
import type { Config } from "../config/schema.ts";
import { systemClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { ElasticsearchAccessState } from "../elasticsearch/index/access-state-index.ts";
import { readStoredAccess, type StoredAccess } from "../elasticsearch/index/stored-access.ts";
import type { SalesforceClient } from "../salesforce/client/salesforce-client.ts";
import { SalesforceSharing } from "../salesforce/sharing/salesforce-sharing.ts";
import { soql, type SoqlCondition } from "../salesforce/soql/soql.ts";
import { accessFieldNames } from "../sync/access/access-fields.ts";
import { AccessReading } from "../sync/access/access-reading.ts";
import { fieldObjectsOf, relatedObjectsOf, toFieldsOfDocuments } from "../sync/access/document-fields.ts";
import { openElasticsearch, openSalesforce, quickRetry, serviceKey } from "./open-clients.ts";
import type { NamedConnector } from "./service.ts";
import { settingsOf } from "./stored-connectors.ts";
import { PrincipalWords } from "./principal-words.ts";

/** The question cannot be answered. */
class ExplainAccessError extends AppError {
  override readonly code = "explain_access";
}

interface Question {
  /** An id, a user name or an e-mail address. */
  readonly user: string;
  /** The id of a record or a file. */
  readonly record: string;
}

/** Why a user sees a record, or does not. */
export interface AccessExplanation {
  readonly user: { readonly id: string; readonly name: string };
  readonly record: string;
  /** What Salesforce's sharing facts say now. */
  readonly sees: boolean;
  /** Sentences. */
  readonly because: readonly string[];
  /** Sentences about the index, if it says something else. */
  readonly index: readonly string[];
}

/** Reads the sharing facts as an access control sync does; writes nothing. */
export async function explainAccess(
  { id, entry }: NamedConnector,
  question: Question,
  { config, log, signal }: { config: Config; log: Logger; signal: AbortSignal },
): Promise<AccessExplanation> {
  await using elasticsearch = openElasticsearch(config, { log, retry: quickRetry, apiKey: serviceKey(config) });
  await using content = openElasticsearch(config, { log, retry: quickRetry, apiKey: entry?.api_key });
  const settings = await settingsOf(id, { config, entry }, { elasticsearch, signal });
  if (!settings.configuration.documentLevelSecurity)
    throw new ExplainAccessError(
      `The connector ${id} does not use document level security: everyone sees every document.`,
    );
  await using salesforce = openSalesforce(settings, { config, log });
  const { client, source } = salesforce;
  const record = question.record.length === 15 ? longId(question.record) : question.record;
  const user = await findUser(client, question.user, signal);
  const { objects } = await source.plan(new Set(), signal);
  const state = await new ElasticsearchAccessState({ elasticsearch, contentIndex: settings.indexName }).read(signal);
  const { objectsWithHierarchies } = settings.access;
  using reading = await AccessReading.read({
    source: new SalesforceSharing({ client, objectsWithHierarchies }),
    objects: objects.map(({ name }) => name),
    fieldObjects: fieldObjectsOf(objects),
    relatedObjects: relatedObjectsOf(objects),
    access: { ...settings.access, now: systemClock.now() },
    listsInUse: state?.lists ?? [],
    signal,
  });
  const identity = reading
    .identities(toFieldsOfDocuments(state?.carriedFields ?? {}))
    .find(({ userId }) => userId === user.id.slice(0, 15));
  const object = objects.find(({ idPrefix }) => idPrefix === record.slice(0, 3))?.name;
  const words = new PrincipalWords({ client, object, signal });
  const facts: Facts = { user, record, object, reading, identity, words };
  const held = identity ? tokensHeld(reading.of(record).fields, identity) : [];
  const sees = held.length > 0;
  const stored = await readStoredAccess({ content, index: settings.indexName, user: user.id, record, signal });
  return {
    user: { id: user.id, name: user.name },
    record,
    sees,
    because: sees ? await reasonsFor(held, facts) : await reasonsAgainst(facts),
    index: indexSentences(stored, { hash: reading.of(record).hash, sees }),
  };
}

/** What differs in the index. */
function indexSentences({ document, finds }: StoredAccess, now: { hash: string; sees: boolean }): string[] {
  if (document === undefined) return ["The index does not contain the document."];
  const update = "an access control sync will update it.";
  return [
    ...(document.hash === now.hash ? [] : [`The document in the index carries other tokens: ${update}`]),
    ...(finds === now.sees
      ? []
      : [`The identity in the index ${finds ? "still finds" : "does not find"} the document: ${update}`]),
  ];
}

interface User {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly type: string;
}

const usersAnswer = z.object({
  records: z.array(z.object({ Id: z.string(), Name: z.string(), IsActive: z.boolean(), UserType: z.string() })),
});

async function findUser(client: SalesforceClient, word: string, signal: AbortSignal): Promise<User> {
  const isId = /^005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/u.test(word);
  for (const field of isId ? ["Id"] : ["Username", "Email"]) {
    const where: SoqlCondition = { field, isOneOf: [word] };
    const statement = soql({ fields: ["Id", "Name", "IsActive", "UserType"], from: "User", where });
    const path = `${client.resource("query")}?q=${encodeURIComponent(statement)}`;
    const { records } = await client.parsed({ path }, signal, usersAnswer);
    const [only, another] = records;
    if (another !== undefined) {
      const ids = records.map(({ Id, Name }) => `${Id} (${Name})`).join(", ");
      throw new ExplainAccessError(`Several users have the e-mail address ${word}: ${ids}.`, { hint: "Give an id." });
    }
    if (only) return { id: only.Id, name: only.Name, active: only.IsActive, type: only.UserType };
  }
  throw new ExplainAccessError(`Salesforce has no user ${word}, or the integration user cannot see it.`, {
    hint: "Give an id, a user name or an e-mail address; the integration user needs View All Users.",
  });
}

/** The tokens by which an identity finds a document with these fields. */
function tokensHeld(fields: Readonly<Record<string, unknown>>, { tokens, masterTokens }: Identity): string[] {
  const held = (name: string, own: readonly string[]): string[] => {
    const set = new Set(own);
    return ((fields[name] ?? []) as string[]).filter((token) => set.has(token));
  };
  const allowed = held(accessFieldNames.allow, tokens);
  const first = held(accessFieldNames.first, masterTokens);
  const second = held(accessFieldNames.second, masterTokens);
  return first.length > 0 && second.length > 0 ? [...allowed, ...first, ...second] : allowed;
}

interface Facts {
  readonly user: User;
  readonly record: string;
  readonly object: string | undefined;
  readonly reading: AccessReading;
  readonly identity: Identity | undefined;
  readonly words: PrincipalWords;
}

/** The principals of tokens such as `00D…:001:internal:above:00E…`, each once; instead of sets, those that they stand for. */
function principalsIn(tokens: readonly string[], reading: AccessReading): string[] {
  const principals = new Set(tokens.map((token) => token.split(":").slice(2).join(":")));
  return [...principals].flatMap((principal) =>
    principal.startsWith("set:") ? reading.principalsOfSet(principal) : [principal],
  );
}

async function reasonsFor(tokens: readonly string[], { reading, words }: Facts): Promise<string[]> {
  return words.of(principalsIn(tokens, reading));
}

async function reasonsAgainst({ user, record, object, reading, identity, words }: Facts): Promise<string[]> {
  if (!user.active) return [`${user.name} is not active.`];
  if (identity === undefined) return [`${user.name} is frozen, or a user of the type ${user.type} does not sign in.`];
  if (!reading.has(record))
    return ["The record does not exist, its object is not selected, or the integration user cannot read it."];
  if (object !== undefined && !reading.reads(user.id, object))
    return [
      `${user.name} has no Read permission on ${object}: no profile, permission set or permission set group gives it.`,
    ];
  const { fields } = reading.of(record);
  const { allow, first, second } = accessFieldNames;
  const tokens = [allow, first, second].flatMap((name) => (fields[name] ?? []) as string[]);
  return [`${user.name} is none of those who see the record:`, ...(await words.of(principalsIn(tokens, reading)))];
}
