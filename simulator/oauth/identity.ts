import { dateTimeText } from "../core/date-values.ts";
import { zoneOffset } from "../core/time-zone.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { Org } from "../org/org.ts";

/** The access token in the `Authorization` header. */
export function bearerToken(request: HttpRequest): string | undefined {
  return /^(?:Bearer|OAuth)\s+(?<token>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["token"];
}

/** The identity document of a user ("Identity URLs"). Users can read only their own document. */
export function identity(request: HttpRequest, userId: string, org: Org): HttpResponse {
  const user = signedInUser(request, org);
  if (user?.id !== userId) return badToken;
  const { text } = user;
  return json({
    id: `${request.origin}/id/${org.organizationId}/${user.id}`,
    asserted_user: true,
    user_id: user.id,
    organization_id: org.organizationId,
    username: text("Username"),
    nick_name: text("CommunityNickname"),
    display_name: text("Name"),
    email: text("Email"),
    email_verified: true,
    first_name: text("FirstName"),
    last_name: text("LastName"),
    timezone: text("TimeZoneSidKey"),
    photos: photosOf(user, request),
    addr_street: text("Street"),
    addr_city: text("City"),
    addr_state: text("State"),
    addr_country: text("Country"),
    addr_zip: text("PostalCode"),
    mobile_phone: text("MobilePhone"),
    mobile_phone_verified: false,
    is_lightning_login_user: false,
    status: { created_date: null, body: null },
    urls: urlsOf(user, request, org),
    ...traitsOf(user, org),
    last_modified_date: user.modifiedAt,
  });
}

/** The claims of OpenID Connect ("The UserInfo Endpoint"). */
export function userInfo(request: HttpRequest, org: Org): HttpResponse {
  const user = signedInUser(request, org);
  if (user === undefined) return badToken;
  const { text } = user;
  const address = {
    street_address: text("Street"),
    locality: text("City"),
    region: text("State"),
    postal_code: text("PostalCode"),
    country: text("Country"),
  };
  const photos = photosOf(user, request);
  return json({
    sub: `${request.origin}/id/${org.organizationId}/${user.id}`,
    user_id: user.id,
    organization_id: org.organizationId,
    preferred_username: text("Username"),
    nickname: text("CommunityNickname"),
    name: text("Name"),
    email: text("Email"),
    email_verified: true,
    given_name: text("FirstName"),
    family_name: text("LastName"),
    zoneinfo: text("TimeZoneSidKey"),
    photos,
    profile: `${request.origin}/${user.id}`,
    picture: photos.picture,
    address: Object.fromEntries(Object.entries(address).filter(([, value]) => value !== null)),
    is_salesforce_integration_user: false,
    urls: urlsOf(user, request, org),
    ...traitsOf(user, org),
    updated_at: user.modifiedAt,
  });
}

const badToken: HttpResponse = { status: 403, headers: { "content-type": "text/html" }, body: "Bad_OAuth_Token" };

const textColumns = [
  "Username",
  "Email",
  "Name",
  "FirstName",
  "LastName",
  "CommunityNickname",
  "TimeZoneSidKey",
  "LocaleSidKey",
  "LanguageLocaleKey",
  "UserType",
  "MobilePhone",
  "Street",
  "City",
  "State",
  "PostalCode",
  "Country",
] as const;

interface SignedInUser {
  readonly id: string;
  readonly text: (column: (typeof textColumns)[number]) => string | null;
  readonly modifiedAt: string;
}

/** The user of the session. The token is in the header or the query of the request. */
function signedInUser(request: HttpRequest, org: Org): SignedInUser | undefined {
  const token = bearerToken(request) ?? request.query.get("oauth_token") ?? request.query.get("access_token");
  const session = token === null ? undefined : org.sessions.use(token);
  if (session === undefined) return undefined;
  const list = textColumns.map((column) => `"${column}"`).join(", ");
  const row = org.database.row(`SELECT ${list}, "LastModifiedDate" FROM "User" WHERE "Id" = ?`, [session.userId]);
  return {
    id: session.userId,
    text: (column) => {
      const value = row?.[textColumns.indexOf(column)];
      return typeof value === "string" ? value : null;
    },
    modifiedAt: dateTimeText(Number(row?.at(-1) ?? 0)),
  };
}

function photosOf({ id }: SignedInUser, { origin }: HttpRequest): { picture: string; thumbnail: string } {
  return { picture: `${origin}/profilephoto/${id}/F`, thumbnail: `${origin}/profilephoto/${id}/T` };
}

function urlsOf({ id }: SignedInUser, { origin }: HttpRequest, org: Org): Record<string, string> {
  const soap = (kind: string) => `${origin}/services/Soap/${kind}/{version}/${org.organizationId}`;
  const rest = `${origin}/services/data/v{version}/`;
  return {
    enterprise: soap("c"),
    metadata: soap("m"),
    partner: soap("u"),
    rest,
    sobjects: `${rest}sobjects/`,
    search: `${rest}search/`,
    query: `${rest}query/`,
    recent: `${rest}recent/`,
    tooling_soap: soap("T"),
    tooling_rest: `${rest}tooling/`,
    profile: `${origin}/${id}`,
    feeds: `${rest}chatter/feeds`,
    groups: `${rest}chatter/groups`,
    users: `${rest}chatter/users`,
    feed_items: `${rest}chatter/feed-items`,
    feed_elements: `${rest}chatter/feed-elements`,
    custom_domain: origin,
  };
}

/** `PowerPartner` → `POWER_PARTNER` */
function upperSnake(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, "_").toUpperCase();
}

function traitsOf({ text }: SignedInUser, org: Org): Record<string, unknown> {
  return {
    active: true,
    user_type: upperSnake(text("UserType") ?? "Standard"),
    language: text("LanguageLocaleKey"),
    locale: text("LocaleSidKey"),
    utcOffset: zoneOffset(text("TimeZoneSidKey") ?? "GMT", org.clock.now()),
    is_app_installed: true,
  };
}
