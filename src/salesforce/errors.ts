import { AppError, type ErrorDetails } from "../core/errors.ts";

/** No connection to the Salesforce host comes about: it is unknown, refuses, or its certificate is not trusted. */
export class SalesforceUnreachableError extends AppError {
  override readonly code = "salesforce_unreachable";
}

/** Salesforce answered that it cannot answer now, broke off, or took too long. Trying again may help. */
export class SalesforceUnavailableError extends AppError {
  override readonly code = "salesforce_unavailable";

  constructor(message: string, details: Omit<ErrorDetails, "retryable"> = {}) {
    super(message, { ...details, retryable: true });
  }
}

/** Salesforce refuses the credentials, or the sessions that it gave for them. */
export class SalesforceSignInError extends AppError {
  override readonly code = "salesforce_sign_in";

  constructor(message: string, details: Omit<ErrorDetails, "concernsAll"> = {}) {
    super(message, { ...details, concernsAll: true });
  }
}

/** The org's limit of API calls is reached. */
export class SalesforceLimitError extends AppError {
  override readonly code = "salesforce_limit";

  constructor(message: string, details: Omit<ErrorDetails, "concernsAll"> = {}) {
    super(message, { ...details, concernsAll: true });
  }
}

/** What the connector is asked to read is not to be had for this user: an object that does not exist or is hidden. */
export class SalesforceObjectError extends AppError {
  override readonly code = "salesforce_object";
}

/** Salesforce refused a request as such. */
export class SalesforceRequestError extends AppError {
  override readonly code = "salesforce_request";
  /** Salesforce's own code, such as INVALID_FIELD. */
  readonly salesforceCode: string;

  constructor(salesforceCode: string, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.salesforceCode = salesforceCode;
  }
}
