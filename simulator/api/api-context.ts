import type { ApiRequest, ApiResponse } from "../http/api-request.ts";
import type { Org } from "../org.ts";
import type { Session } from "../sessions.ts";
import type { UserView } from "../user-view.ts";
import type { Route } from "../http/router.ts";

/** What a handler of the REST API works with. */
export interface ApiContext {
  readonly org: Org;
  readonly session: Session;
  readonly view: UserView;
  /** `62.0` */
  readonly version: string;
  /** `/services/data/v62.0` */
  readonly basePath: string;
  /** Answers another request of the same session, for resources that hold several. */
  readonly dispatch: (request: ApiRequest) => ApiResponse;
}

/** A resource below `/services/data/vXX.0/`. */
export type ApiRoute = Route<ApiContext>;
