import { ContentIndexError } from "../errors.ts";
import { keywordName, type MappingProperties } from "./mapping.ts";

/**
 * The field that queries compare tokens with: `_allow_access_control` or the sub-field of it that is a keyword.
 * @throws ContentIndexError if there is none
 */
export function accessFieldOf(properties: MappingProperties, index: string): string {
  const field = keywordName(properties, "_allow_access_control");
  const masters = ["_allow_access_control_first", "_allow_access_control_second"];
  const unusable = [
    ...(field === undefined ? ["_allow_access_control"] : []),
    ...masters.filter((name) => keywordName(properties, name) !== name),
    ...(properties["_access_hash"]?.type === "keyword" ? [] : ["_access_hash"]),
  ];
  if (field !== undefined && unusable.length === 0) return field;
  throw new ContentIndexError(
    `The index ${index} has ${unusable.join(", ")} with a type that access control cannot use; a keyword is required.`,
    { hint: "Use another index, or reindex into one without these fields: the connector adds them." },
  );
}
