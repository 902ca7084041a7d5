import { defineObject } from "../../../../simulator/schema/define-object.ts";

const detail = (name: string, prefix: string, masters: readonly string[]) =>
  defineObject(name, {
    prefix,
    sharing: "ControlledByParent",
    fields: [
      "Name: string(80) name",
      ...masters.map(
        (master) =>
          `${master.replace(/__c$/u, "")}__c: reference(${master}) rel=${master.replace(/__c$/u, "")}__r children=${name.replace("__c", "s")}__r master`,
      ),
    ].join("\n"),
  });

/** The objects of the sharing cases that the generated org lacks. */
export const caseObjects = [
  detail("Visit__c", "a10", ["Project__c"]),
  detail("Visit_Note__c", "a11", ["Visit__c"]),
  detail("Inspection__c", "a12", ["Account"]),
  detail("Milestone_Note__c", "a13", ["Milestone__c"]),
  detail("Deal_Note__c", "a14", ["Opportunity"]),
];
