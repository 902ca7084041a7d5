import { badRequest, notFound } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext } from "./api-context.ts";

/** The names of all fields that the user may read, for a SELECT list. */
export function readableFields(object: ObjectDefinition, { user }: ApiContext): string {
  return object.fields
    .filter((field) => user.canRead(object, field))
    .map(({ name }) => name)
    .join(",");
}

/** Throws a 404 if the user may not read the record. */
export function checkRecord(object: ObjectDefinition, id: string, { org, user }: ApiContext): void {
  if (!org.visibility.canSee(user, object, id)) throw notFound();
}

/** A record as JSON. Without `fields`, it has all fields that the user may read. */
export function recordJson(
  object: ObjectDefinition,
  id: string,
  { fields, context }: { fields: string | null; context: ApiContext },
): string {
  const { org, user, basePath } = context;
  const names = fields ?? readableFields(object, context);
  checkRecord(object, id, context);
  org.records(context.session.userId).changes.existing(object, id);
  // The filter by Id satisfies the restriction of ContentDocumentLink.
  const plan = org.queries.plan(`SELECT ${names} FROM ${object.name} WHERE Id = '${id}'`, {
    user,
    basePath,
    includeDeleted: false,
  });
  if (plan.rows === undefined) throw badRequest("INVALID_FIELD", "A record is read by its fields, not by aggregates.");
  const keys = org.database.rows(plan.rows.keySql, plan.rows.keyParameters).map(([number]) => Number(number));
  const row = org.database.row(plan.rows.rowSql, [`[${keys.join(",")}]`]);
  if (row === undefined) throw notFound();
  return plan.rows.write(row, []);
}
