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
}

/** A resource below `/services/data/vXX.0/`. */
export type ApiRoute = Route<ApiContext>;
