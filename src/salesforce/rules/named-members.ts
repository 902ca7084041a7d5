import type { DescribedField, ObjectDescription } from "../describe/org-description.ts";

// Names in SOQL are case-insensitive; descriptions have Salesforce's own spelling.

export function fieldNamed({ fields }: ObjectDescription, name: string): DescribedField | undefined {
  return fields.get(name) ?? [...fields.values()].find((field) => isSame(field.name, name));
}

/** The field that refers to the records of a relationship such as `Account`. */
export function relationshipField({ fields }: ObjectDescription, name: string): DescribedField | undefined {
  return [...fields.values()].find(
    ({ relationshipName }) => relationshipName !== null && isSame(relationshipName, name),
  );
}

/** A child relationship's name and object. */
export function childRelationshipNamed(
  { childRelationships }: ObjectDescription,
  name: string,
): readonly [relationship: string, object: string] | undefined {
  return [...childRelationships].find(([relationship]) => isSame(relationship, name));
}

const isSame = (first: string, second: string): boolean => first.toLowerCase() === second.toLowerCase();
