import type { Session } from "../access/sessions.ts";
import type { UserAccess } from "../access/user-access.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Route } from "../http/router.ts";
import type { Org } from "../org/org.ts";

export interface ApiContext {
  readonly org: Org;
  readonly session: Session;
  readonly user: UserAccess;
  /** `62.0` */
  readonly version: string;
  /** `/services/data/v62.0` */
  readonly basePath: string;
  /** Executes a subrequest in the same session. Returns errors as responses. */
  readonly dispatch: (request: HttpRequest) => HttpResponse;
}

/** The pattern is relative to `/services/data/vXX.0/`. */
export type ApiRoute = Route<ApiContext>;
