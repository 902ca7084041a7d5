import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

test("the certificate is valid for the loopback names and signed by its own key", async () => {
  const { cert, key } = await selfSignedCertificate("simulator", Date.UTC(2026, 5, 1));

  const parsed = new X509Certificate(cert);

  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkHost("localhost")).toBe("localhost");
  expect(parsed.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(parsed.checkIP("::1")).toBe("::1");
  expect(parsed.ca).toBe(true);
  expect(new Date(parsed.validTo).getUTCFullYear()).toBe(2027);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
});
