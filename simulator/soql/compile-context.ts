import type { RowVisibility } from "../access/row-visibility.ts";
import type { UserAccess } from "../access/user-access.ts";
import type { Schema } from "../schema/schema.ts";
import type { Calendar } from "./date-ranges.ts";
import type { StatementState } from "./scope.ts";

export type SqlValue = string | number | null;

export interface CompileSettings {
  readonly schema: Schema;
  readonly user: UserAccess;
  readonly visibility: RowVisibility;
  readonly calendar: Calendar;
  /** True for queryAll, which reads rows in the recycle bin too. */
  readonly includeDeleted: boolean;
  /** True for the children of one record, which can be of objects that no query can name in FROM. */
  readonly childrenOfRecord: boolean;
}

/** The settings, state and parameters of one SQL statement. Each child subquery is a separate SQL statement. */
export class CompileContext {
  readonly settings: CompileSettings;
  readonly statement: StatementState;
  readonly parameters: SqlValue[] = [];

  constructor(settings: CompileSettings, statement: StatementState) {
    this.settings = settings;
    this.statement = statement;
  }

  static of(settings: CompileSettings, text: string): CompileContext {
    const statement = {
      user: settings.user,
      visibility: settings.visibility,
      text,
      aliases: 0,
      relationships: new Set<string>(),
      dependsOnTime: false,
      tables: new Set<string>(),
    };
    return new CompileContext(settings, statement);
  }

  /** The context of another SQL statement for the same query. */
  sibling(): CompileContext {
    return new CompileContext(this.settings, this.statement);
  }

  /** Adds a parameter and returns its SQL. */
  bind(value: SqlValue): string {
    this.parameters.push(value);
    return `?${this.parameters.length}`;
  }
}
