import type { FieldDefinition } from "./schema/field-definition.ts";
import type { ObjectDefinition, SystemPermission } from "./schema/object-definition.ts";

/** The org as one user may see it. What is hidden answers as if it did not exist. */
export interface UserView {
  readonly userId: string;
  readonly timeZone: string;
  /** Changes whenever the user's permissions may have changed. */
  readonly version: string;
  object(name: string): ObjectDefinition | undefined;
  byPrefix(prefix: string): ObjectDefinition | undefined;
  objects(): readonly ObjectDefinition[];
  canRead(object: ObjectDefinition, field: FieldDefinition): boolean;
  has(permission: SystemPermission): boolean;
}
