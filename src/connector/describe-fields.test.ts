import { describe, expect, it } from "vitest";
import { configurationFields } from "./configuration-fields.ts";
import { describeConfigurationFields } from "./describe-fields.ts";
import { parseSalesforceConfiguration } from "./salesforce-configuration.ts";

const fields = describeConfigurationFields();

describe("the fields as Kibana is told of them", () => {
  it("are Elastic's eight in their order, and then our own, which are advanced", () => {
    expect(configurationFields.map(({ key }) => key)).toEqual([
      "domain",
      "client_id",
      "client_secret",
      "standard_objects_to_sync",
      "sync_custom_objects",
      "custom_objects_to_sync",
      "use_text_extraction_service",
      "use_document_level_security",
      "api_version",
      "sync_files",
      "max_file_size",
      "concurrent_downloads",
    ]);
    expect(Object.values(fields).map(({ order }) => order)).toEqual(configurationFields.map((_, index) => index + 1));
    for (const { ui_restrictions: restrictions } of Object.values(fields).slice(8))
      expect(restrictions).toEqual(["advanced"]);
  });

  it("have numbers that may stay empty, with the bounds of what is accepted", () => {
    expect(fields["max_file_size"]).toMatchObject({
      type: "int",
      display: "numeric",
      value: "",
      default_value: null,
      required: false,
      depends_on: [{ field: "sync_files", value: true }],
      validations: [
        { type: "greater_than", constraint: 0 },
        { type: "less_than", constraint: 65 },
      ],
    });
    expect(fields["concurrent_downloads"]).toMatchObject({ type: "int", required: false, value: "" });
    expect(fields["domain"]?.validations).toEqual([]);
  });

  it("begin with values that are accepted once the credentials are filled in", () => {
    const values = Object.fromEntries(Object.entries(fields).map(([key, { value }]) => [key, value]));

    const configuration = parseSalesforceConfiguration({
      ...values,
      domain: "acme",
      client_id: "id",
      client_secret: "s",
    });

    expect(configuration).toMatchObject({ syncFiles: true, maxFileBytes: undefined, concurrentDownloads: undefined });
  });
});
