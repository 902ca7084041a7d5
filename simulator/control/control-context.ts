import type { Route } from "../http/router.ts";
import type { Org } from "../org/org.ts";
import type { Faults } from "./faults.ts";

export interface ControlContext {
  readonly org: Org;
  readonly faults: Faults;
  readonly facts: Readonly<Record<string, unknown>>;
}

export type ControlRoute = Route<ControlContext>;
