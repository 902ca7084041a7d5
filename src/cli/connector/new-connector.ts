import type { JobType } from "../../connector/capabilities.ts";
import { serviceType } from "../../connector/capabilities.ts";
import {
  configurationFields,
  type ConfigurationValue,
  type ConfigurationValues,
} from "../../connector/configuration-fields.ts";
import { ConnectorConfigurationError, type ConfigurationProblem } from "../../connector/errors.ts";
import { parseSalesforceConfiguration } from "../../connector/salesforce-configuration.ts";
import type { ConnectorChange, StoredSchedule } from "../../connector/stored-connector.ts";
import { Schedule } from "../../schedule/schedule.ts";

/** The arguments of `connector create`. */
export interface ConnectorPlan {
  indexName: string;
  name: string;
  /** Values of fields, as text. */
  values: Readonly<Record<string, string>>;
  /** Quartz expressions. */
  schedules: Partial<Record<JobType, string>>;
}

/** A connector to create, or the problems of the plan. */
export type NewConnector =
  | {
      change: ConnectorChange;
      /** Fields that need a value before the first sync. */
      missing: readonly string[];
    }
  | { problems: readonly ConfigurationProblem[] };

/**
 * Plans a connector as Kibana would create it from its form.
 * @throws ScheduleError
 */
export function planConnector({ indexName, name, values, schedules }: ConnectorPlan): NewConnector {
  const problems = problemsOf(values);
  const wrong = problems.filter(({ field }) => Object.hasOwn(values, field));
  if (wrong.length > 0) return { problems: wrong };
  // The other problems are fields without a value.
  const missing = [...new Set(problems.map(({ field }) => field))];
  return {
    missing,
    change: {
      name,
      indexName,
      serviceType,
      status: missing.length === 0 ? "configured" : "needs_configuration",
      error: null,
      configuration: typedValues(values),
      schedules: Object.fromEntries(Object.entries(schedules).map(([type, text]) => [type, toSchedule(text)])),
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

function typedValues(values: ConnectorPlan["values"]): ConfigurationValues {
  const types = new Map(configurationFields.map(({ key, type }) => [key, type]));
  const typed = (key: string, text: string): ConfigurationValue => {
    const type = types.get(key);
    if (type === "int" && text.trim() !== "") return Number(text);
    return type === "bool" ? text.trim().toLowerCase() === "true" : text.trim();
  };
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, typed(key, text)]));
}

function toSchedule(text: string): StoredSchedule {
  return { enabled: true, expression: Schedule.parse(text).expression };
}
