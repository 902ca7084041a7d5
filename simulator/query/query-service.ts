import type { RecordAccess } from "../access/record-access.ts";
import type { RowVisibility } from "../access/row-visibility.ts";
import type { UserAccess } from "../access/user-access.ts";
import { badRequest } from "../core/salesforce-error.ts";
import { RenderedBody } from "../http/rendered-body.ts";
import type { Schema } from "../schema/schema.ts";
import type { CompileSettings } from "../soql/compile-context.ts";
import type { Calendar } from "../soql/date-ranges.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { accessQuestion } from "../soql/access-question.ts";
import { accessValue, writeAccessRows } from "./access-rows.ts";
import type { GroupPlan } from "./compile-groups.ts";
import { Cursors } from "./cursors.ts";
import { PageCache } from "./page-cache.ts";
import { defaultChildPage, Pages } from "./pages.ts";
import { planQuery, type QueryPlan } from "./query-plan.ts";

/** The parameters of a query besides its statement. */
export interface QueryRequest {
  readonly user: UserAccess;
  readonly basePath: string;
  readonly includeDeleted: boolean;
  /** From 200 to 2,000. */
  readonly batchSize: number;
  /** True if a relationship in a URL names the object. */
  readonly childrenOfRecord?: boolean;
}

interface QueryServiceOptions {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly visibility: RowVisibility;
  /** Creates the access check for a user. */
  readonly recordAccess: (userId: string) => RecordAccess;
  readonly now: () => number;
  readonly instanceUrl: () => string;
  readonly calendarOf: (user: UserAccess) => Calendar;
}

const maxGroups = 2000;
/** Enough for a million records in compressed pages, or about 100,000 in uncompressed ones. */
const cacheBytes = 48 * 1024 * 1024;

interface CachedQuery {
  readonly plan: QueryPlan;
  readonly version: string;
  readonly locator: string | undefined;
}

const maxCachedQueries = 500;

/** Runs queries and returns their pages. */
export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #cursors: Cursors;
  readonly #pages: Pages;
  readonly #cache = new PageCache(cacheBytes);
  readonly #queries = new Map<string, CachedQuery>();
  childPage = defaultChildPage;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
    this.#cursors = new Cursors(options.database, options.now);
    this.#pages = new Pages(options.database, this.#cursors);
    this.#defineAccessFunction();
  }

  /** The first page of a query. */
  query(text: string, request: QueryRequest): RenderedBody {
    const key = JSON.stringify([
      text,
      request.user.version,
      request.basePath,
      request.includeDeleted,
      request.childrenOfRecord,
    ]);
    const known = this.#cachedQuery(key);
    if (known?.locator !== undefined) return this.#page(known.locator, 0, request);
    const plan = known?.plan ?? this.plan(text, request);
    if (plan.rows?.object.name === "UserRecordAccess") return this.#recordAccess(plan, request);
    if (plan.groups !== undefined) return new RenderedBody(this.#groups(plan, plan.groups));
    const cursor = this.#open(plan, request);
    if (!plan.dependsOnTime) this.#remember(key, { plan, locator: cursor.locator, version: this.#versionOf(plan) });
    return this.#page(cursor.locator, 0, request);
  }

  /** A subsequent page, by its locator `0r8…-2000`. */
  next(locatorAndOffset: string, request: QueryRequest): RenderedBody {
    const match = /^(?<locator>0r8[0-9A-Za-z]{15})-(?<offset>\d{1,9})$/u.exec(locatorAndOffset);
    const { locator, offset } = match?.groups ?? {};
    if (locator === undefined || offset === undefined) {
      throw badRequest("INVALID_QUERY_LOCATOR", "invalid query locator");
    }
    return this.#page(locator, Number(offset), request);
  }

  /** Compiles a statement without running it. */
  plan(text: string, request: Omit<QueryRequest, "batchSize">): QueryPlan {
    const { user, basePath, includeDeleted, childrenOfRecord = false } = request;
    const settings = { ...this.settings(user, includeDeleted), childrenOfRecord };
    return planQuery(text, settings, { basePath, instanceUrl: this.#options.instanceUrl() });
  }

  settings(user: UserAccess, includeDeleted: boolean): CompileSettings {
    const { schema, visibility, calendarOf } = this.#options;
    return { schema, user, visibility, includeDeleted, childrenOfRecord: false, calendar: calendarOf(user) };
  }

  clear(): void {
    this.#cursors.clear();
    this.#cache.clear();
    this.#queries.clear();
  }

  /** The function behind `UserRecordAccess.HasReadAccess` of a record. */
  #defineAccessFunction(): void {
    const { database, recordAccess } = this.#options;
    let known = { userId: "", changes: -1, access: recordAccess("") };
    database.define("sf_record_access", (...parameters) => {
      const [userId = "", record = "", column = ""] = parameters.map((value) =>
        typeof value === "string" ? value : "",
      );
      if (known.userId !== userId || known.changes !== database.changes) {
        known = { userId, changes: database.changes, access: recordAccess(userId) };
      }
      return accessValue(known.access, record, column);
    });
  }

  #open(plan: QueryPlan, { user, basePath }: QueryRequest): { readonly locator: string } {
    if (plan.rows === undefined) throw new Error("A statement that selects no records has no cursor.");
    const { keySql, keyParameters, object } = plan.rows;
    const numbers = this.#options.database.row(`SELECT json_group_array("_row") FROM (${keySql})`, keyParameters)?.[0];
    const parsed: unknown = JSON.parse(typeof numbers === "string" ? numbers : "[]");
    const rows = Uint32Array.from(Array.isArray(parsed) ? parsed : [], Number);
    if (object.name === "EntityDefinition" && rows.length > maxGroups) {
      throw badRequest(
        "EXCEEDED_ID_LIMIT",
        "EntityDefinition does not support queryMore(), use LIMIT to restrict the results to a single batch",
      );
    }
    return this.#cursors.open(rows, { plan: plan.rows, tables: plan.tables, basePath, userId: user.id });
  }

  /** Computes the rows for each query, because they depend on almost all tables. */
  #recordAccess(plan: QueryPlan, request: QueryRequest): RenderedBody {
    const { database, recordAccess } = this.#options;
    const question = accessQuestion(plan.query);
    const asks = recordAccess(request.user.id);
    writeAccessRows(question, { database, asks, access: recordAccess(question.userId) });
    return this.#page(this.#open(plan, request).locator, 0, request);
  }

  #page(locator: string, offset: number, { user, batchSize }: QueryRequest): RenderedBody {
    const cursor = this.#cursors.get(locator, user.id);
    if (offset > cursor.size) throw badRequest("INVALID_QUERY_LOCATOR", "invalid query locator");
    const key = `${locator}-${offset}-${batchSize}-${this.childPage}`;
    const version = this.#options.database.versionOf(cursor.tables);
    const kept = this.#cache.get(key, version);
    if (kept !== undefined) return kept;
    const body = new RenderedBody(this.#pages.render(cursor, offset, { batchSize, childPage: this.childPage }).json);
    this.#cache.set(key, version, body);
    return body;
  }

  #groups({ query }: QueryPlan, plan: GroupPlan): string {
    const rows = this.#options.database.rows(plan.sql, plan.parameters);
    if (plan.countOnly) return `{"totalSize":${Number(rows[0]?.[0] ?? 0)},"done":true,"records":[]}`;
    if (rows.length > maxGroups) {
      throw badRequest(
        "EXCEEDED_ID_LIMIT",
        "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch",
      );
    }
    const kept = query.grouping === undefined ? rows.slice(0, 1) : rows;
    return `{"totalSize":${kept.length},"done":true,"records":[${kept.map((row) => plan.write(row)).join(",")}]}`;
  }

  #cachedQuery(key: string): CachedQuery | undefined {
    const known = this.#queries.get(key);
    if (known === undefined) return undefined;
    const fresh = known.version === this.#versionOf(known.plan);
    if (fresh && (known.locator === undefined || this.#cursors.isOpen(known.locator))) return known;
    this.#queries.delete(key);
    return undefined;
  }

  #remember(key: string, known: CachedQuery): void {
    this.#queries.set(key, known);
    const oldest = this.#queries.keys().next();
    if (this.#queries.size > maxCachedQueries && oldest.done !== true) this.#queries.delete(oldest.value);
  }

  #versionOf(plan: QueryPlan): string {
    return this.#options.database.versionOf(plan.tables);
  }
}
