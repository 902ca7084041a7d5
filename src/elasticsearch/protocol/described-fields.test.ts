import { describe, expect, it } from "vitest";
import { configurationFields } from "../../connector/configuration-fields.ts";
import { parseSalesforceConfiguration } from "../../connector/salesforce-configuration.ts";
import { describeFields } from "./described-fields.ts";

const fields = describeFields();

describe("the described fields", () => {
  it("are Elastic's eight in their order, then additions, which are advanced", () => {
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
      "allow_mass_deletes",
      "mass_delete_percent",
      "mass_delete_documents",
    ]);
    expect(Object.values(fields).map(({ order }) => order)).toEqual(configurationFields.map((_, index) => index + 1));
    for (const { ui_restrictions: restrictions } of Object.values(fields).slice(8))
      expect(restrictions).toEqual(["advanced"]);
  });

  it("have optional numbers with the accepted bounds", () => {
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

  it("have valid defaults once the credentials are filled in", () => {
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
