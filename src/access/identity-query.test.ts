import { describe, expect, it } from "vitest";
import { identityDocument } from "./identity-query.ts";

const user = { userId: "005Dn000001abCD", name: "Ann Lee", email: undefined };

describe("identity document", () => {
  it("names the user as Elastic's connector does", () => {
    const { id, identity } = identityDocument({ ...user, tokens: [], masterTokens: [] }, "_allow_access_control");

    expect(id).toBe("005Dn000001abCDIAY");
    expect(identity).toEqual({ email: null, username: "user:Ann Lee", user_id: "user_id:005Dn000001abCDIAY" });
  });

  it("shows no document that lacks the field", () => {
    const { query } = identityDocument({ ...user, tokens: ["a"], masterTokens: [] }, "_allow_access_control.enum");

    expect(query.template).toEqual({
      params: { access_control: ["a"] },
      source:
        '{"bool":{"minimum_should_match":1,"should":[{"terms":{"_allow_access_control.enum":{{#toJson}}access_control{{/toJson}}}}]}}',
    });
  });

  it("asks for both masters' fields", () => {
    const { query } = identityDocument({ ...user, tokens: ["a"], masterTokens: ["b"] }, "_allow_access_control");

    expect(query.template.params).toEqual({ access_control: ["a"], access_control_masters: ["b"] });
    expect(query.template.source).toContain(
      '{"bool":{"filter":[{"terms":{"_allow_access_control_first":{{#toJson}}access_control_masters{{/toJson}}}},' +
        '{"terms":{"_allow_access_control_second":{{#toJson}}access_control_masters{{/toJson}}}}]}}',
    );
  });

  it("spreads very many tokens over several clauses, because Elasticsearch limits the terms of one", () => {
    const tokens = Array.from({ length: 60_001 }, (_, index) => String(index));
    const { params, source } = identityDocument({ ...user, tokens, masterTokens: [] }, "_allow_access_control").query
      .template;

    expect(Object.entries(params).map(([name, list]) => [name, list.length])).toEqual([
      ["access_control", 60_000],
      ["access_control_2", 1],
    ]);
    expect(source.match(/"terms"/gu)).toHaveLength(2);
  });
});
