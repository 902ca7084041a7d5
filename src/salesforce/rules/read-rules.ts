import { nameOfRule, type AdvancedRule, type AdvancedRuleProblem } from "../../connector/rules/advanced-rules.ts";
import { readFieldList } from "./complete-field-list.ts";
import { readSoql, type SoqlStatement } from "./soql-statement.ts";
import { readSosl, type SoslObject, type SoslStatement } from "./sosl-statement.ts";

/** An object of a search, with its parsed field list. */
export interface SearchedObject extends SoslObject {
  list: Pick<SoqlStatement, "items" | "aliases">;
}

/** A rule with its parsed query. */
export type ReadRule = { name: string } & (
  | { language: "SOQL"; query: SoqlStatement }
  | { language: "SOSL"; query: SoslStatement; objects: readonly SearchedObject[] }
);

/** The problems that can be found without a request to Salesforce. */
export function problemsOf(rules: readonly AdvancedRule[]): readonly AdvancedRuleProblem[] {
  return rules.flatMap((rule, index) => {
    const read = readRule(rule, index);
    return "message" in read ? [read] : [];
  });
}

/** Parses the query of a rule, or returns its problem. Sends no request. */
export function readRule(rule: AdvancedRule, index: number): ReadRule | AdvancedRuleProblem {
  const name = nameOfRule(index, rule.language);
  try {
    return { name, ...parsed(rule) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { message: `${name} is invalid: ${error.message}.` };
  }
}

type Unnamed<T> = T extends unknown ? Omit<T, "name"> : never;

function parsed({ language, query: text }: AdvancedRule): Unnamed<ReadRule> {
  if (language === "SOQL") {
    const query = readSoql(text);
    refuseFiles(query.object);
    return { language, query };
  }
  const query = readSosl(text);
  const objects = query.objects.map((object) => {
    refuseFiles(object.name);
    const list = readFieldList(object.name, object.fields);
    if (
      list.items.some(({ field }) => field.type === "FieldFunctionExpression" && /^fields$/i.test(field.functionName))
    )
      throw new SyntaxError(`it selects FIELDS() of ${object.name}, which SOSL does not support. List the fields`);
    return { ...object, list };
  });
  return { language, query, objects };
}

/** The sync writes one document for each file of the records; a rule would overwrite it under the same id. */
function refuseFiles(object: string): void {
  if (object.toLowerCase() !== "contentdocument") return;
  throw new SyntaxError(
    "it selects ContentDocument, but files are synced with their records. Select the records that the files are attached to",
  );
}
