import { randomBytes, webcrypto } from "node:crypto";

/** In PEM. */
interface CertificatePair {
  readonly key: string;
  readonly cert: string;
}

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const dayMs = 86_400_000;

/** A certificate for the loopback names, valid for a year around `now`. */
export async function selfSignedCertificate(commonName: string, now: number): Promise<CertificatePair> {
  // Imported here because loading takes long and most simulators use plain HTTP. The library requires the polyfill.
  await import("reflect-metadata");
  const { BasicConstraintsExtension, PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } =
    await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + 364 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
      new BasicConstraintsExtension(true, undefined, true),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(key, "PRIVATE KEY"), cert: certificate.toString("pem") };
}
