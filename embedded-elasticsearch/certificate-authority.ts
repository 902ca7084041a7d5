import { randomBytes, webcrypto } from "node:crypto";

/** Certificate and private key in PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for the loopback addresses, with the CA that signed it. */
export interface IssuedCertificate extends CertificatePair {
  /** The CA certificate (PEM), which clients must trust. */
  readonly ca: string;
}

const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" };
const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" };
const dayMs = 86_400_000;

/** Creates a CA and a server certificate, both valid from yesterday for a year. */
export async function issueCertificate(authorityName: string): Promise<IssuedCertificate> {
  // Imported here because loading takes long, and a plain node needs no certificate. The library requires the polyfill.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const validity = {
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 364 * dayMs),
    signingAlgorithm,
  };
  const authorityKeys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: `CN=${authorityName}`,
    keys: authorityKeys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    subject: "CN=embedded-elasticsearch",
    issuer: authority.subject,
    signingKey: authorityKeys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    ca: authority.toString("pem"),
    cert: certificate.toString("pem"),
    key: x509.PemConverter.encode(key, "PRIVATE KEY"),
  };
}
