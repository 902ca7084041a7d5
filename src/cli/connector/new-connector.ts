import { configurationFields, type ConfigurationField } from "../../connector/configuration-fields.ts";
import { describeConfigurationFields } from "../../connector/describe-fields.ts";
import { ConnectorConfigurationError, type ConfigurationProblem } from "../../connector/errors.ts";
import { connectorFeatures, serviceType } from "../../connector/capabilities.ts";
import { parseSalesforceConfiguration } from "../../connector/salesforce-configuration.ts";
import type { ConnectorChange, JobType, StoredSchedule } from "../../jobs/ports.ts";
import { Schedule } from "../../schedule/schedule.ts";

/** What a person says of a connector that is to be made. */
export interface ConnectorPlan {
  indexName: string;
  name: string;
  /** Values of fields, as text, by key. */
  values: Readonly<Record<string, string>>;
  /** Expressions in Quartz form. */
  schedules: Partial<Record<JobType, string>>;
}

/** A connector to be stored, or everything that is wrong with the plan. */
export type NewConnector =
  | {
      change: ConnectorChange;
      /** Fields that somebody has to fill in before it can sync. */
      missing: readonly string[];
    }
  | { problems: readonly ConfigurationProblem[] };

/**
 * A connector as Kibana would have made it once its form is filled in, as far as the values go.
 * @throws ScheduleError
 */
export function planConnector({ indexName, name, values, schedules }: ConnectorPlan): NewConnector {
  const problems = problemsOf(values);
  const wrong = problems.filter(({ field }) => Object.hasOwn(values, field));
  if (wrong.length > 0) return { problems: wrong };
  // What is left concerns fields without a value, and says that they need one.
  const missing = [...new Set(problems.map(({ field }) => field))];
  return {
    missing,
    change: {
      name,
      indexName,
      serviceType,
      features: connectorFeatures,
      state: missing.length === 0 ? "configured" : "needs_configuration",
      error: null,
      configuration: fieldsWith(values),
      schedules: Object.fromEntries(Object.entries(schedules).map(([type, text]) => [type, readSchedule(text)])),
    },
  };
}

function problemsOf(values: ConnectorPlan["values"]): readonly ConfigurationProblem[] {
  try {
    parseSalesforceConfiguration(values);
    return [];
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return error.problems;
    throw error;
  }
}

function fieldsWith(values: ConnectorPlan["values"]): NonNullable<ConnectorChange["configuration"]> {
  const fields = describeConfigurationFields();
  return Object.fromEntries(
    configurationFields.map((field) => {
      const given = values[field.key];
      return [field.key, { ...fields[field.key], ...(given === undefined ? {} : { value: asStored(field, given) }) }];
    }),
  );
}

/** Lists are text, as Elasticsearch's connector API has them. */
function asStored({ type }: ConfigurationField, text: string): string | boolean | number {
  if (type === "int" && text.trim() !== "") return Number(text);
  return type === "bool" ? text.trim().toLowerCase() === "true" : text.trim();
}

function readSchedule(text: string): StoredSchedule {
  return { enabled: true, expression: Schedule.parse(text).expression };
}
