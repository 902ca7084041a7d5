import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

test("the certificate is valid for the loopback names and signed by its own key", () => {
  const { cert, key } = selfSignedCertificate("simulator", Date.UTC(2026, 5, 1));

  const parsed = new X509Certificate(cert);

  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkHost("localhost")).toBe("localhost");
  expect(parsed.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(new Date(parsed.validTo).getUTCFullYear()).toBe(2027);
  expect(key).toContain("BEGIN PRIVATE KEY");
});
