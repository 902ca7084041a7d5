import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { CanceledError } from "../../../src/core/errors.ts";
import type { SalesforceClient } from "../../../src/salesforce/client/salesforce-client.ts";
import type { SalesforceHttp } from "../../../src/salesforce/client/http.ts";
import { salesforceClient } from "../../support/salesforce.ts";

const never = new AbortController().signal;
let simulator: RunningSimulator;
let client: SalesforceClient;
let transports: SalesforceHttp[] = [];

function open(url = simulator.url, credentials = {}): SalesforceClient {
  const opened = salesforceClient(url, credentials);
  transports.push(opened.http);
  return opened.client;
}

async function faults(list: readonly object[]): Promise<void> {
  await fetch(`${simulator.url}/__simulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(list),
  });
}

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  await faults([]);
  client = open();
});

afterEach(async () => {
  await Promise.all(transports.map((http) => http[Symbol.asyncDispose]()));
  transports = [];
});

afterAll(() => simulator.stop());

const limits = (from: SalesforceClient = client, signal = never) =>
  from.object({ path: from.resource("limits") }, signal);

describe("signing in", () => {
  it.each([
    {
      what: "a wrong secret",
      credentials: { clientSecret: "wrong" },
      message: /, invalid_client: /,
      hint: "Check client_id and client_secret",
    },
    {
      what: "an unknown client id",
      credentials: { clientId: "nobody" },
      message: /, invalid_client_id: /,
      hint: "Check client_id",
    },
  ])("reports $what with advice, after one request", async ({ credentials, message, hint }) => {
    const other = open(simulator.url, credentials);
    const before = other.usage.calls;

    const outcome = limits(other);

    await expect(outcome).rejects.toMatchObject({
      code: "salesforce_sign_in",
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
    expect(other.usage.calls - before).toBe(1);
  });

  it("reports a host that does not exist with advice, without a retry", async () => {
    const outcome = limits(open("https://no-such-org.my.salesforce.invalid"));

    await expect(outcome).rejects.toMatchObject({
      code: "salesforce_unreachable",
      message: "The Salesforce host no-such-org.my.salesforce.invalid does not exist.",
      hint: expect.stringContaining("domain") as string,
    });
  });

  it.each([
    ["a web shop", "text/html", "<html>shop</html>"],
    ["another API", "application/json", '{"error":"no handler found for uri [/services/oauth2/token]"}'],
  ])("reports %s with advice", async (_, type, body) => {
    const server: Server = createServer(
      (_, outgoing) => void outgoing.writeHead(404, { "content-type": type }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

    const outcome = limits(open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

    await expect(outcome).rejects.toMatchObject({
      code: "salesforce_sign_in",
      hint: expect.stringContaining("Check domain") as string,
    });
    server.close();
  });

  it("does not trust a certificate from an unknown authority", async () => {
    const secure = await startSimulator({ size: "tiny", tls: true });

    await expect(limits(open(secure.url))).rejects.toMatchObject({
      code: "salesforce_unreachable",
      message: expect.stringContaining("certificate") as string,
    });
    await secure.stop();
  });
});

describe("a session that ends", () => {
  it("is renewed once, even if several requests find it expired", async () => {
    await limits();
    await fetch(`${simulator.url}/__simulator/calls`, { method: "DELETE" });
    await fetch(`${simulator.url}/__simulator/expire-sessions`, { method: "POST" });

    await Promise.all(Array.from({ length: 8 }, () => limits()));

    const { endpoints } = (await (await fetch(`${simulator.url}/__simulator/calls`)).json()) as {
      endpoints: Record<string, { count: number }>;
    };
    expect(endpoints["POST oauth2/token"]?.count).toBe(1);
  });

  it("is renewed if a download finds it expired", async () => {
    const answer = await client.object(
      { path: `${client.resource("query")}?q=SELECT+Id+FROM+ContentVersion+WHERE+IsLatest=true+LIMIT+1` },
      never,
    );
    const [version] = answer["records"] as { Id: string }[];
    await fetch(`${simulator.url}/__simulator/expire-sessions`, { method: "POST" });

    const { chunks } = await client.download(
      { path: client.resource(`sobjects/ContentVersion/${version?.Id}/VersionData`) },
      never,
    );

    let bytes = 0;
    for await (const chunk of chunks) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(100);
  });

  it("is renewed for each waiting request, even if the sign-in fails several times at first", async () => {
    await limits();
    await fetch(`${simulator.url}/__simulator/expire-sessions`, { method: "POST" });
    await faults([{ match: { path: "/services/oauth2/token" }, status: 503, times: 2 }]);

    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => limits()));

    expect(answers.map(({ status }) => status)).toEqual(Array<string>(8).fill("fulfilled"));
  });

  it("fails each waiting request with the reason of the failed sign-in", async () => {
    await limits();
    await fetch(`${simulator.url}/__simulator/expire-sessions`, { method: "POST" });
    await faults([
      {
        match: { path: "/services/oauth2/token" },
        status: 400,
        body: { error: "inactive_user", error_description: "x" },
      },
    ]);

    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => limits()));

    for (const answer of answers)
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "salesforce_sign_in" } });
  });

  it("is not renewed again if a new one is refused as well", async () => {
    await faults([{ match: { path: "/limits" }, status: 401, error_code: "INVALID_SESSION_ID" }]);

    await expect(limits()).rejects.toMatchObject({
      code: "salesforce_sign_in",
      message: expect.stringContaining("3 in a row") as string,
    });
  });
});

describe("a request", () => {
  it.each([500, 502, 503, 504, 429, 420])("is retried after %d", async (status) => {
    await faults([{ match: { path: "/limits" }, status, times: 2 }]);

    await expect(limits()).resolves.toHaveProperty("DailyApiRequests");
  });

  it("is retried if too many long requests of the org run at once, but not if the daily limit is used up", async () => {
    await limits();
    const refused = (message: string) => ({
      match: { path: "/limits" },
      status: 403,
      body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message }],
      times: 1,
    });
    await faults([refused("ConcurrentPerOrgLongTxn Limit exceeded.")]);

    await expect(limits()).resolves.toHaveProperty("DailyApiRequests");
    await faults([refused("TotalRequests Limit exceeded.")]);
    await expect(limits()).rejects.toMatchObject({ code: "salesforce_limit", concernsAll: true });
  });

  it("waits as long as Retry-After requires", async () => {
    await limits();
    await faults([{ match: { path: "/limits" }, status: 503, retry_after: 1, times: 1 }]);
    const started = performance.now();

    await limits();

    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ["before the answer", "before"],
    ["in the middle of the answer", 40],
  ])("is retried if the connection is closed %s", async (_, cut) => {
    await faults([{ match: { path: "/limits" }, cut, times: 2 }]);

    await expect(limits()).resolves.toHaveProperty("DailyApiRequests");
  });

  it("fails after the policy's attempts, with the request and the response", async () => {
    await faults([{ match: { path: "/limits" }, status: 503 }]);

    await expect(limits()).rejects.toMatchObject({
      code: "salesforce_unavailable",
      message: expect.stringMatching(/answered 503 .*to \/services\/data\/v62\.0\/limits\.$/) as string,
    });
  });

  it("is aborted if the response takes too long, and retried", async () => {
    await limits();
    await faults([{ match: { path: "/limits" }, delay_ms: 30_000, times: 1 }]);

    await expect(limits()).resolves.toHaveProperty("DailyApiRequests");
  });

  it("is not retried if Salesforce refuses it, and its code is kept", async () => {
    await limits();
    const before = client.usage.calls;

    const outcome = client.object({ path: `${client.resource("query")}?q=SELECT+Nothing+FROM+Account` }, never);

    await expect(outcome).rejects.toMatchObject({ code: "salesforce_request", salesforceCode: "INVALID_FIELD" });
    expect(client.usage.calls - before).toBe(1);
  });

  it("stops at once when the work is canceled, during the request and during the wait before a retry", async () => {
    await limits();
    await faults([
      { match: { path: "/limits" }, delay_ms: 30_000, times: 1 },
      { match: { path: "/limits" }, status: 503, retry_after: 30 },
    ]);
    const first = new AbortController();
    const second = new AbortController();
    const retried = open(simulator.url, { onRetry: () => second.abort() });

    const answering = limits(retried, first.signal);
    const waiting = limits(retried, second.signal);
    setImmediate(() => first.abort());

    await expect(answering).rejects.toBeInstanceOf(CanceledError);
    await expect(waiting).rejects.toBeInstanceOf(CanceledError);
  });

  it("does not quote a response that cannot be parsed", async () => {
    await limits();
    await faults([{ match: { path: "/limits" }, status: 200, body: '{"Name":"Jane Private", oops}' }]);

    const error: unknown = await limits().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "salesforce_response" });
    expect(inspect(error, { depth: 5 })).not.toMatch(/Private|oops/);
  });

  it("does not follow a redirect to another host", async () => {
    const elsewhere: string[] = [];
    const other = createServer((incoming, outgoing) => {
      elsewhere.push(incoming.headers.authorization ?? "none");
      outgoing.end("{}");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const target = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    const redirecting = createServer((incoming, outgoing) => {
      if (incoming.url === "/services/oauth2/token") {
        outgoing
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ access_token: "00D000000000001!x", id: "https://x/id/00D/005", instance_url: target }));
      } else {
        outgoing.writeHead(302, { location: target }).end();
      }
    });
    await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));

    await expect(limits(open(`http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`))).rejects.toMatchObject(
      { code: "salesforce_unavailable" },
    );
    expect(elsewhere).toEqual([]);
    other.close();
    redirecting.close();
  });
});
