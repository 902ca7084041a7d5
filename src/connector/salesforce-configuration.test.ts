import { describe, expect, it } from "vitest";
import type { ConfigurationValue } from "./configuration-fields.ts";
import { ConnectorConfigurationError } from "./errors.ts";
import { parseSalesforceConfiguration } from "./salesforce-configuration.ts";

const minimal = { domain: "acme", client_id: "id", client_secret: "open sesame" };

function problems(values: Record<string, ConfigurationValue>): string {
  try {
    parseSalesforceConfiguration({ ...minimal, ...values });
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("a connector's configuration", () => {
  it("requires a domain and credentials and has defaults for the rest", () => {
    const configuration = parseSalesforceConfiguration(minimal);

    expect(configuration).toMatchObject({
      domain: "acme",
      clientId: "id",
      standardObjects: ["Account", "Opportunity", "Contact", "Lead", "Campaign", "Case"],
      customObjects: [],
      useTextExtractionService: false,
      apiVersion: "62.0",
      syncFiles: true,
      maxFileBytes: undefined,
      concurrentDownloads: undefined,
    });
    expect(configuration.clientSecret.reveal()).toBe("open sesame");
  });

  it("reports all missing values, and no secret", () => {
    const message = problems({ domain: "", client_id: "", client_secret: [] });

    expect(message).toContain("domain: must not be empty.");
    expect(message).toContain("client_id: must not be empty.");
    expect(message).toContain("client_secret: must be text.");
  });

  it.each(["acme", "acme.sandbox", "acme--dev.sandbox", "acme-dev-ed.develop"])("accepts the domain %s", (domain) => {
    expect(parseSalesforceConfiguration({ ...minimal, domain }).domain).toBe(domain);
  });

  it.each([
    ["https://acme.my.salesforce.com", "write acme."],
    ["acme.my.salesforce.com/", "write acme."],
    ["acme--dev.sandbox.my.salesforce.com", "write acme--dev.sandbox."],
    ["evil.example.org/?", "must be only"],
    ["ac me", "must be the part before .my.salesforce.com"],
    ["acme@evil.org", "must be the part before .my.salesforce.com"],
  ])("refuses the domain %s", (domain, message) => {
    expect(problems({ domain })).toContain(message);
  });

  it("accepts lists in Kibana's and in YAML's form, in any case, and * for all", () => {
    const names = (value: ConfigurationValue) =>
      parseSalesforceConfiguration({ ...minimal, standard_objects_to_sync: value }).standardObjects;

    expect(names("account, CASE ,account")).toEqual(["Account", "Case"]);
    expect(names(["Lead"])).toEqual(["Lead"]);
    expect(names("*")).toHaveLength(6);
    expect(names("")).toEqual([]);
  });

  it("refuses a standard object outside the six, with the nearest one", () => {
    expect(problems({ standard_objects_to_sync: "Acount" })).toContain(
      "Acount is not one of Account, Opportunity, Contact, Lead, Campaign, Case; did you mean Account?",
    );
    expect(problems({ standard_objects_to_sync: "Invoice__c" })).toContain(
      "put custom objects under custom_objects_to_sync",
    );
  });

  it("accepts custom objects with and without __c, only if they are switched on", () => {
    const names = (on: ConfigurationValue, list: ConfigurationValue) =>
      parseSalesforceConfiguration({ ...minimal, sync_custom_objects: on, custom_objects_to_sync: list }).customObjects;

    expect(names(true, "Invoice, ns__Order__c")).toEqual(["Invoice__c", "ns__Order__c"]);
    expect(names("true", "*")).toBe("all");
    expect(names(false, "Invoice")).toEqual([]);
    expect(problems({ sync_custom_objects: true })).toContain("custom_objects_to_sync: must name at least one object");
    expect(problems({ sync_custom_objects: true, custom_objects_to_sync: "a; drop" })).toContain("is not an API name");
  });

  it('does not read the text "false" as true', () => {
    expect(
      parseSalesforceConfiguration({ ...minimal, use_text_extraction_service: "false" }).useTextExtractionService,
    ).toBe(false);
    expect(problems({ use_text_extraction_service: "maybe" })).toContain('must be true or false; found "maybe"');
  });

  it("has document level security off by default", () => {
    const secured = parseSalesforceConfiguration({ ...minimal, use_document_level_security: true });

    expect(parseSalesforceConfiguration(minimal).documentLevelSecurity).toBe(false);
    expect(secured.documentLevelSecurity).toBe(true);
  });

  it("accepts an API version in any usual form and refuses one that is too old", () => {
    expect(parseSalesforceConfiguration({ ...minimal, api_version: 62 }).apiVersion).toBe("62.0");
    expect(parseSalesforceConfiguration({ ...minimal, api_version: "v65.0" }).apiVersion).toBe("65.0");
    expect(problems({ api_version: "49.0" })).toContain("at least 50.0");
    expect(problems({ api_version: "latest" })).toContain('found "latest"');
  });

  it("accepts numbers in the forms of Kibana, YAML and environment variables, and an empty one as unset", () => {
    const read = (value: ConfigurationValue) => {
      const values = { ...minimal, max_file_size: value, concurrent_downloads: value };
      const { maxFileBytes, concurrentDownloads } = parseSalesforceConfiguration(values);
      return { maxFileBytes, concurrentDownloads };
    };

    expect(read(1)).toEqual({ maxFileBytes: 1_048_576, concurrentDownloads: 1 });
    expect(read(" 64 ")).toEqual({ maxFileBytes: 67_108_864, concurrentDownloads: 64 });
    for (const empty of ["", "  ", null]) {
      expect(read(empty)).toEqual({ maxFileBytes: undefined, concurrentDownloads: undefined });
    }
  });

  it.each([0, 65, -1, 1.5, "0", "65", "1.5", "1e1", "ten", "10 MB", true, [5]])("refuses the number %j", (value) => {
    const found = JSON.stringify(value);

    expect(problems({ max_file_size: value })).toContain(
      `max_file_size: must be a whole number from 1 to 64, or empty; found ${found}.`,
    );
    expect(problems({ concurrent_downloads: value })).toContain(
      `concurrent_downloads: must be a whole number from 1 to 64, or empty; found ${found}.`,
    );
  });

  it("leaves the limits of the brake against mass deletes to the file, unless they are set", () => {
    const read = (values: Record<string, ConfigurationValue>) =>
      parseSalesforceConfiguration({ ...minimal, ...values });
    const set = { allow_mass_deletes: "true", mass_delete_percent: "0", mass_delete_documents: 0 };

    expect(read({})).toMatchObject({
      allowMassDeletes: false,
      massDeletePercent: undefined,
      massDeleteDocuments: undefined,
    });
    expect(read(set)).toMatchObject({ allowMassDeletes: true, massDeletePercent: 0, massDeleteDocuments: 0 });
    expect(problems({ mass_delete_percent: 101 })).toContain(
      "mass_delete_percent: must be a whole number from 0 to 100",
    );
  });

  it("ignores the settings of files if none are synced", () => {
    const values = { ...minimal, sync_files: "false", max_file_size: "ten", concurrent_downloads: 5 };

    expect(parseSalesforceConfiguration(values)).toMatchObject({
      syncFiles: false,
      maxFileBytes: undefined,
      concurrentDownloads: undefined,
    });
    expect(problems({ sync_files: "off" })).toContain('sync_files: must be true or false; found "off".');
  });

  it("names the nearest field for an unknown one", () => {
    expect(problems({ client_secrt: "x" })).toContain(
      "client_secrt: is not a field of this connector; did you mean client_secret?",
    );
  });
});
