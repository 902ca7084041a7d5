import type { OrgBuilder } from "./org-builder.ts";

const at = Date.UTC(2019, 0, 2);
const stamps = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };

/** Writes two list views of each object with an owner: all records and the user's records. */
export function writeListViews(org: OrgBuilder): void {
  for (const object of org.schema.objects) {
    if (object.access.kind !== "permission" || !object.fieldsByName.has("ownerid")) continue;
    for (const [word, label] of [
      ["All", `All ${object.labelPlural}`],
      ["My", `My ${object.labelPlural}`],
    ]) {
      const DeveloperName = `${word ?? ""}${object.labelPlural.replaceAll(" ", "")}`;
      org
        .table("ListView")
        .add({ ...stamps, Name: label ?? null, DeveloperName, SobjectType: object.name, IsSoqlCompatible: 1 });
    }
  }
}
