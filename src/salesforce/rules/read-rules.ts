import { nameOfRule, type AdvancedRule, type AdvancedRuleProblem } from "../../connector/rules/advanced-rules.ts";
import { readFieldList } from "./complete-field-list.ts";
import { readSoql, type SoqlStatement } from "./soql-statement.ts";
import { readSosl, type SoslObject, type SoslStatement } from "./sosl-statement.ts";

/** An object of a search, with its field list understood. */
export interface SearchedObject extends SoslObject {
  list: Pick<SoqlStatement, "items" | "aliases">;
}

/** A rule's query, understood as far as that goes without asking Salesforce. */
export type ReadRule = { name: string } & (
  | { language: "SOQL"; query: SoqlStatement }
  | { language: "SOSL"; query: SoslStatement; objects: readonly SearchedObject[] }
);

/** Everything that shows in the queries of rules without asking Salesforce. */
export function problemsOf(rules: readonly AdvancedRule[]): readonly AdvancedRuleProblem[] {
  return rules.flatMap((rule, index) => {
    const read = readRule(rule, index);
    return "message" in read ? [read] : [];
  });
}

/** Reads a rule's query, without asking Salesforce, or says what is wrong with it. */
export function readRule(rule: AdvancedRule, index: number): ReadRule | AdvancedRuleProblem {
  const name = nameOfRule(index, rule.language);
  try {
    return { name, ...parsed(rule) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { message: `${name} cannot be used: ${error.message}.` };
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
      throw new SyntaxError(`it asks for FIELDS() of ${object.name}, which a search does not know. Name the fields`);
    return { ...object, list };
  });
  return { language, query, objects };
}

/** A file's document is made of the file and what it hangs on; a second document of the same id would take its place. */
function refuseFiles(object: string): void {
  if (object.toLowerCase() !== "contentdocument") return;
  throw new SyntaxError(
    "it asks for ContentDocument, and files are not synced by themselves. Ask for the records that they are attached to; their files come along",
  );
}
