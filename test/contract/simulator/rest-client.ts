import type { RunningSimulator } from "../../../simulator/start-simulator.ts";

/** The body is parsed if it is JSON, else it is a text. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client that returns responses as they are: it does not retry or throw for error statuses. */
export class RestClient {
  readonly #simulator: Pick<RunningSimulator, "url">;
  token = "";
  version = "62.0";

  constructor(simulator: Pick<RunningSimulator, "url">) {
    this.#simulator = simulator;
  }

  static async signIn(simulator: Pick<RunningSimulator, "url">, clientId = "simulator"): Promise<RestClient> {
    const client = new RestClient(simulator);
    await client.signIn(clientId);
    return client;
  }

  /** Signs in with the password of all users. The token is empty if the user may not sign in. */
  static async signInAs(simulator: Pick<RunningSimulator, "url">, username: string): Promise<RestClient> {
    const client = new RestClient(simulator);
    const answer = await client.form("/services/oauth2/token", {
      grant_type: "password",
      client_id: "simulator",
      client_secret: "simulator",
      username,
      password: "simulatorTOKEN",
    });
    client.token = (answer.body as { access_token?: string }).access_token ?? "";
    return client;
  }

  async signIn(clientId = "simulator"): Promise<void> {
    const answer = await this.form("/services/oauth2/token", {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientId,
    });
    this.token = (answer.body as { access_token: string }).access_token;
  }

  /** `resource` is relative to `/services/data/vXX.X/`. */
  rest(method: string, resource: string, body?: unknown): Promise<Answer> {
    return this.call(method, `/services/data/v${this.version}/${resource}`, body);
  }

  query(statement: string, resource = "query"): Promise<Answer> {
    return this.rest("GET", `${resource}?q=${encodeURIComponent(statement)}`);
  }

  /** The records of the first page. */
  async records<T = Record<string, unknown>>(statement: string, resource = "query"): Promise<T[]> {
    const { body, status } = await this.query(statement, resource);
    if (status !== 200) throw new Error(`${status} for ${statement}: ${JSON.stringify(body)}`);
    return (body as { records: T[] }).records;
  }

  control(method: string, resource: string, body?: unknown): Promise<Answer> {
    return this.call(method, `/__simulator/${resource}`, body);
  }

  async call(
    method: string,
    path: string,
    ...[body, headers = {}]: readonly [body?: unknown, headers?: Record<string, string>]
  ): Promise<Answer> {
    const response = await fetch(`${this.#simulator.url}${path}`, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return answerOf(response);
  }

  async form(path: string, members: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.#simulator.url}${path}`, {
      method: "POST",
      headers,
      body: new URLSearchParams(members),
    });
    return answerOf(response);
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body: unknown = type.includes("json") && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

/** The id of a created record. */
export function idOf({ status, body }: Answer): string {
  if (status !== 201) throw new Error(`No record was created: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}
