import { messageOf, StartFailure } from "./start-failure.ts";
import { parseMajor, type Major } from "./versions.ts";

/** A cluster that the user runs. We use only the given indices and never start, stop or clear the cluster. */
interface GivenCluster {
  readonly url: string;
  readonly version: string;
  readonly major: Major;
}

const timeoutMs = 10_000;

/**
 * Finds the cluster at `ELASTICSEARCH_URL`. The URL may contain a user and a password.
 *
 * @returns undefined if the variable is not set
 * @throws StartFailure if the cluster is unreachable, rejects the credentials, or has an unsupported version
 */
export async function findGivenCluster(env: NodeJS.ProcessEnv = process.env): Promise<GivenCluster | undefined> {
  const url = env["ELASTICSEARCH_URL"];
  if (url === undefined || url === "") return undefined;
  const version = await askVersion(url);
  const major = parseMajor(version.split(".")[0] ?? "");
  if (major === undefined) {
    throw new StartFailure(`ELASTICSEARCH_URL names Elasticsearch ${version}; versions 8 and 9 are supported.`);
  }
  return { url, version, major };
}

async function askVersion(url: string): Promise<string> {
  const shown = URL.canParse(url) ? new URL(url).host : url;
  let status: number;
  let body: unknown;
  try {
    const response = await fetch(...rootRequest(url));
    status = response.status;
    body = await response.json();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new StartFailure(
      `ELASTICSEARCH_URL names ${shown}, which does not answer as Elasticsearch: ${messageOf(cause)}.`,
      {
        cause: error,
      },
    );
  }
  const version = versionIn(body);
  if (version === undefined) {
    throw new StartFailure(
      `ELASTICSEARCH_URL names ${shown}, which answers with status ${status} and no version; user and password may stand in the URL.`,
    );
  }
  return version;
}

/** Moves the credentials of the URL to a header, because fetch rejects URLs with credentials. */
function rootRequest(text: string): [URL, RequestInit] {
  const url = new URL(text);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const headers = username === "" ? undefined : { authorization: `Basic ${basic}` };
  return [url, { signal: AbortSignal.timeout(timeoutMs), ...(headers && { headers }) }];
}

function versionIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("version" in body)) return undefined;
  const { version } = body;
  if (typeof version !== "object" || version === null || !("number" in version)) return undefined;
  return typeof version.number === "string" ? version.number : undefined;
}
