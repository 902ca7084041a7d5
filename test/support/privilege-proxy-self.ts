import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import { readObject, strings } from "./privilege-proxy-bodies.ts";
import { targetOf } from "./privilege-proxy-demands.ts";
import { coversIndex, type ApiKey } from "./privilege-proxy-grants.ts";
import type { ProxiedRequest } from "./proxy-server.ts";

/** Requests of a key about itself, allowed for every key. The node behind the proxy has no security, so the proxy answers. Undefined for other requests. */
export function answerAboutKey(request: ProxiedRequest, key: ApiKey): JsonObject | undefined {
  const { path } = targetOf(request);
  if (path === "/_security/_authenticate") {
    return { username: key.user, enabled: true, authentication_type: "api_key", api_key: { id: key.id, name: key.id } };
  }
  return path === "/_security/user/_has_privileges" ? hasPrivileges(readObject(request.body), key) : undefined;
}

function hasPrivileges(asked: JsonObject, key: ApiKey): JsonObject {
  const cluster = Object.fromEntries(
    strings(asked["cluster"]).map((privilege) => [privilege, key.cluster.includes(privilege)]),
  );
  const entries = Array.isArray(asked["index"]) ? asked["index"].filter(isJsonObject) : [];
  const index = Object.fromEntries(
    entries.flatMap(({ names, privileges }) =>
      strings(names).map((name) => [
        name,
        Object.fromEntries(strings(privileges).map((privilege) => [privilege, coversIndex(key, name)])),
      ]),
    ),
  );
  const all = [cluster, ...Object.values(index)].every((answers) => Object.values(answers).every(Boolean));
  return { username: key.user, has_all_requested: all, cluster, index, application: {} };
}
