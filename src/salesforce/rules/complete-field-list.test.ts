import { describe, expect, it } from "vitest";
import type { DescribedField, ObjectDescription } from "../describe/org-description.ts";
import { completeList } from "./complete-field-list.ts";
import { readSoql } from "./soql-statement.ts";

function described(names: readonly string[]): ObjectDescription {
  const types: Record<string, string> = { Body: "base64", Id: "id", SystemModstamp: "datetime" };
  const field = (name: string): DescribedField => ({
    name,
    type: types[name] ?? "string",
    length: 80,
    custom: name.endsWith("__c"),
    nameField: name === "Name",
    relationshipName: null,
    referenceTo: [],
    compoundFieldName: null,
    permissionable: true,
    relationshipOrder: null,
  });
  const fields = new Map(names.map((name) => [name, field(name)]));
  return { name: "Thing", idPrefix: "a00", fields, childRelationships: new Map() };
}

const thing = described(["Id", "Name", "Body", "SystemModstamp", "LastModifiedDate", "Size__c", "Color__c"]);
const complete = (list: string, description = thing): readonly string[] =>
  completeList(readSoql(`SELECT ${list} FROM Thing t`), description).items;

describe("completeList", () => {
  it.each([
    ["adds required fields", "Name", ["Name", "Id", "SystemModstamp", "LastModifiedDate"]],
    ["adds only missing fields", "id, SYSTEMMODSTAMP, Name", ["id", "SYSTEMMODSTAMP", "Name", "LastModifiedDate"]],
    ["sees Id behind an alias", "t.Id, thing.LastModifiedDate", ["t.Id", "thing.LastModifiedDate", "SystemModstamp"]],
    [
      "is not confused by the Id of a parent or of children",
      "Owner.Id, (SELECT Id, SystemModstamp, LastModifiedDate FROM Parts)",
      [
        "Owner.Id",
        "(SELECT Id, SystemModstamp, LastModifiedDate FROM Parts)",
        "Id",
        "SystemModstamp",
        "LastModifiedDate",
      ],
    ],
    [
      "replaces FIELDS(CUSTOM) by the fields",
      "fields(custom), Id, SystemModstamp, LastModifiedDate",
      ["Size__c", "Color__c", "Id", "SystemModstamp", "LastModifiedDate"],
    ],
    [
      "adds no field twice",
      "Size__c, FIELDS(CUSTOM), FIELDS(ALL)",
      ["Size__c", "Color__c", "Id", "Name", "SystemModstamp", "LastModifiedDate"],
    ],
    ["leaves binary content out of FIELDS()", "FIELDS(STANDARD)", ["Id", "Name", "SystemModstamp", "LastModifiedDate"]],
  ])("%s", (_what, list, items) => {
    expect(complete(list)).toEqual(items);
  });

  it("adds only timestamps that the object has", () => {
    expect(complete("Name", described(["Id", "Name", "SystemModstamp"]))).toEqual(["Name", "Id", "SystemModstamp"]);
    expect(complete("Name", described(["Id", "Name"]))).toEqual(["Name", "Id"]);
  });

  it("defers fields of FIELDS(), but neither Id nor the timestamps", () => {
    const { expanded } = completeList(readSoql("SELECT Name, FIELDS(ALL) FROM Thing"), thing);

    expect([...expanded]).toEqual(["Size__c", "Color__c"]);
  });
});
