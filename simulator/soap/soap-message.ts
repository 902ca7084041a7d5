// A minimal SOAP parser: the body has one element, and values are found by element name.

export interface SoapCall {
  readonly name: string;
  readonly body: string;
  readonly sessionId: string | undefined;
}

/** Returns undefined if the text is not a SOAP envelope. */
export function readEnvelope(xml: string): SoapCall | undefined {
  const body = /<(?:\w+:)?Body[^>]*>(?<inner>[^]*)<\/(?:\w+:)?Body>/u.exec(xml)?.groups?.["inner"];
  const call =
    body === undefined ? undefined : /^\s*<(?:\w+:)?(?<name>\w+)(?:\s[^>]*)?\/?>/u.exec(body)?.groups?.["name"];
  if (body === undefined || call === undefined) return undefined;
  return { name: call, body, sessionId: values(xml, "sessionId")[0] };
}

/** The texts of all elements with that name in any namespace. */
export function values(xml: string, name: string): string[] {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>(?<text>[^<]*)</(?:\\w+:)?${name}>`, "gu");
  return [...xml.matchAll(pattern)].map((match) => unescapeXml(match.groups?.["text"] ?? ""));
}

function unescapeXml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const envelope = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

export function resultEnvelope(call: string, results: readonly string[]): string {
  const inner = results.map((result) => `<result>${result}</result>`).join("");
  return envelope(`<${call}Response>${inner}</${call}Response>`);
}

/** `code` is an error code such as INVALID_LOGIN. */
export function faultEnvelope(code: string, message: string): string {
  const text = escapeText(message);
  return envelope(
    `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${text}</faultstring><detail><exceptionCode>${code}</exceptionCode><exceptionMessage>${text}</exceptionMessage></detail></soapenv:Fault>`,
  );
}

/** The error for a call that the service does not have. Its text is not confirmed. */
export function unknownCallEnvelope(call: string): string {
  const text = `No operation available for request {urn:partner.soap.sforce.com}${escapeText(call)}, please check the WSDL for the service.`;
  return envelope(
    `<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>${text}</faultstring></soapenv:Fault>`,
  );
}
