import { AppError } from "../core/errors.ts";

/** A problem of a connector's configuration. */
export interface ConfigurationProblem {
  /** The key of the field. */
  field: string;
  /** A sentence with the found and the allowed values. Never contains the value of a sensitive field. */
  message: string;
}

/** A connector's configuration is invalid. Lists every problem at once. */
export class ConnectorConfigurationError extends AppError {
  override readonly code = "connector_configuration";
  override readonly exitCode = 2;
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(({ field, message }) => `${field}: ${message}`).join(" "));
    this.problems = problems;
  }
}
