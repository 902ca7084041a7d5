import jsforce from "jsforce";
import type { RunningSimulator } from "../../../simulator/start-simulator.ts";

/** A jsforce connection that signed in with client credentials. */
export async function connect(
  { url }: Pick<RunningSimulator, "url">,
  { clientId = "simulator", clientSecret = "simulator", version = "62.0" } = {},
): Promise<jsforce.Connection> {
  const connection = new jsforce.Connection({
    instanceUrl: url,
    version,
    oauth2: { clientId, clientSecret, loginUrl: url },
  });
  // The types of jsforce lack this grant; it sends the parameters as they are.
  await connection.authorize(Object.assign({ code: "" }, { grant_type: "client_credentials" }));
  return connection;
}

/** The error of a refused call. Throws if the call is not refused. */
export async function refusal(
  promise: PromiseLike<unknown>,
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
  throw new Error("The call was not refused.");
}
