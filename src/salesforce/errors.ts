import { AppError, type ErrorDetails } from "../core/errors.ts";

/** The Salesforce host cannot be reached: unknown, refused, or with an untrusted certificate. */
export class SalesforceUnreachableError extends AppError {
  override readonly code = "salesforce_unreachable";
}

/** Salesforce is temporarily unavailable, broke off, or took too long. */
export class SalesforceUnavailableError extends AppError {
  override readonly code = "salesforce_unavailable";

  constructor(message: string, details: Omit<ErrorDetails, "retryable"> = {}) {
    super(message, { ...details, retryable: true });
  }
}

/** A response of Salesforce exceeds a limit, or is not what the API documents. */
export class SalesforceResponseError extends AppError {
  override readonly code = "salesforce_response";
}

/** Salesforce refuses the credentials, or every session created with them. */
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

/** A selected object does not exist or is not visible to the integration user. */
export class SalesforceObjectError extends AppError {
  override readonly code = "salesforce_object";
}

/** Salesforce refused a request. */
export class SalesforceRequestError extends AppError {
  override readonly code = "salesforce_request";
  /** Such as INVALID_FIELD. */
  readonly salesforceCode: string;

  constructor(salesforceCode: string, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.salesforceCode = salesforceCode;
  }
}
