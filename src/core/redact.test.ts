import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { redact, redactText } from "./redact.ts";
import { Secret } from "./secret.ts";

// Kinds of secret × places of a secret.
const kinds = {
  "a session id": "00D000000000001!AQ0AQPZ.abcdefghijklmnopqrstuvwxyz",
  "a bearer header": "Bearer abcdefgh12345678",
  "an API key header": "ApiKey VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==",
  "a JSON Web Token": "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhYmMifQ.c2lnbmF0dXJl",
  "a private key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----",
  "a form field": "grant_type=client_credentials&client_secret=3MVG9lKcPoNINVBIPJjdw1J9",
  "a URL's password": "https://elastic:hunter2hunter2@example.org:9200/",
};

const places: Record<string, (text: string) => unknown> = {
  "a text": (text) => `failed with ${text} at the end`,
  "a field": (text) => ({ detail: text }),
  "a nested list": (text) => ({ a: { b: [text] } }),
  "an error": (text) => ({ error: new Error(`refused: ${text}`) }),
  "an error's cause": (text) => ({ error: new Error("refused", { cause: new Error(text) }) }),
};

const secretPart = (text: string): string =>
  /hunter2hunter2|3MVG9\w+|MIIEvQ\w+|AQ0AQPZ\S+|(?<=(Bearer|ApiKey) )\S+|eyJ\S+/.exec(text)?.[0] ?? "?";

describe("redact", () => {
  for (const [kind, text] of Object.entries(kinds)) {
    for (const [place, put] of Object.entries(places)) {
      it(`removes ${kind} from ${place}`, () => {
        const shown = JSON.stringify(redact(put(text)));

        expect(text).toContain(secretPart(text));
        expect(shown).not.toContain(secretPart(text));
        expect(shown).toContain("[redacted]");
      });
    }
  }

  it("hides any value with the key of a secret", () => {
    expect(redact({ client_secret: "plain", apiKey: 7, passwordHint: "x", id: "001" })).toEqual({
      client_secret: "[redacted]",
      apiKey: "[redacted]",
      passwordHint: "[redacted]",
      id: "001",
    });
  });

  it("does not change ordinary text", () => {
    const text = "bulk request failed: index search-salesforce, id 0015g00000abcdeAAA, https://example.org:9200/_bulk";

    expect(redactText(text)).toBe(text);
  });
});

describe("Secret", () => {
  it("shows its value only through reveal", () => {
    const secret = new Secret("open sesame");

    expect(
      `${String(secret)} ${JSON.stringify({ secret })} ${inspect(secret)} ${inspect({ a: [secret] })}`,
    ).not.toContain("sesame");
    expect(secret.reveal()).toBe("open sesame");
  });
});

describe("the logger", () => {
  for (const format of ["text", "ecs"] as const) {
    it(`writes no secret in ${format} lines`, async () => {
      const lines: string[] = [];
      const log = await createLogger({ level: "debug", format, write: (line) => lines.push(line) });

      log.child({ client_secret: "open sesame" }).info("signed in with Bearer abcdefgh12345678", {
        secret: new Secret("open sesame"),
        session: kinds["a session id"],
      });

      expect(lines.join("")).toContain("signed in with");
      expect(lines.join("")).not.toMatch(/sesame|abcdefgh12345678|AQ0AQPZ/);
    });
  }

  it("puts the ids of a run under labels in ECS lines, as Elastic's connectors do", async () => {
    const lines: string[] = [];
    const log = await createLogger({ level: "info", format: "ecs", write: (line) => lines.push(line) });

    log.child({ connector_id: "c1" }).info("sync started", { index_name: "search-salesforce" });

    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      message: "sync started",
      "log.level": "info",
      labels: { connector_id: "c1", index_name: "search-salesforce" },
    });
  });
});
