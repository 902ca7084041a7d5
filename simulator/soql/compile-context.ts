import type { UserAccess } from "../access/user-access.ts";
import type { Schema } from "../schema/schema.ts";
import type { Calendar } from "./date-ranges.ts";
import type { StatementScope } from "./scope.ts";

/** A value that SQLite takes. */
export type SqlValue = string | number | null;

/** What every part of a statement is compiled against. */
export interface CompileSettings {
  readonly schema: Schema;
  readonly user: UserAccess;
  readonly calendar: Calendar;
  /** Rows in the recycle bin are read as well: queryAll. */
  readonly includeDeleted: boolean;
}

/** What compiling one SQL statement needs and gathers. A child subquery is an SQL statement of its own. */
export class CompileContext {
  readonly settings: CompileSettings;
  readonly statement: StatementScope;
  readonly parameters: SqlValue[] = [];

  constructor(settings: CompileSettings, statement: StatementScope) {
    this.settings = settings;
    this.statement = statement;
  }

  static of(settings: CompileSettings, text: string): CompileContext {
    const statement = {
      user: settings.user,
      text,
      aliases: 0,
      relationships: new Set<string>(),
      dependsOnTime: false,
      tables: new Set<string>(),
    };
    return new CompileContext(settings, statement);
  }

  /** A context for another SQL statement of the same query. */
  sibling(): CompileContext {
    return new CompileContext(this.settings, this.statement);
  }

  /** A parameter with that value, as SQL. */
  bind(value: SqlValue): string {
    this.parameters.push(value);
    return `?${this.parameters.length}`;
  }
}
