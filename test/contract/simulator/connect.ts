import jsforce from "jsforce";
import type { RunningSimulator } from "../../../simulator/start-simulator.ts";

/** A jsforce connection that is signed in by client credentials. */
export async function connect(
  { url }: Pick<RunningSimulator, "url">,
  { clientId = "simulator", clientSecret = "simulator", version = "62.0" } = {},
): Promise<jsforce.Connection> {
  const connection = new jsforce.Connection({
    instanceUrl: url,
    version,
    oauth2: { clientId, clientSecret, loginUrl: url },
  });
  // The typings know only the grants that jsforce has a method for; the body is sent as it is.
  await connection.authorize(Object.assign({ code: "" }, { grant_type: "client_credentials" }));
  return connection;
}

/** What a client makes of a refusal: its code and its words. Fails where nothing is refused. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ name: string; errorCode: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) {
      return {
        name: error.name,
        errorCode: "errorCode" in error ? String(error.errorCode) : "",
        message: error.message,
      };
    }
    throw error;
  }
  throw new Error("Nothing was refused.");
}
