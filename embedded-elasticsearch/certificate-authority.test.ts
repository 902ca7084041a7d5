import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issueCertificate, type IssuedCertificate } from "./certificate-authority.ts";

let issued: IssuedCertificate;

beforeAll(async () => {
  issued = await issueCertificate("Test authority");
});

describe("an issued certificate", () => {
  it("is signed by its authority and goes with its key", () => {
    const certificate = new X509Certificate(issued.cert);
    const authority = new X509Certificate(issued.ca);

    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe("CN=Test authority");
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
  });

  it("is for the loopback addresses alone", () => {
    const certificate = new X509Certificate(issued.cert);

    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect([certificate.checkIP("127.0.0.2"), certificate.checkHost("acme.example")]).toEqual([undefined, undefined]);
  });
});
