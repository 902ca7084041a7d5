import { isText } from "../schema/field-definition.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext } from "./api-context.ts";

// "sObject Describe" and "Describe Global" of the REST API; the members are documented at DescribeSObjectResult.

/** The description of an object in `/sobjects`. */
export function describeShort(object: ObjectDefinition, { basePath }: ApiContext): Record<string, unknown> {
  const base = `${basePath}/sobjects/${object.name}`;
  return {
    activateable: false,
    associateEntityType: object.name.endsWith("Share") ? "Share" : null,
    associateParentEntity: null,
    createable: object.createable,
    custom: object.custom,
    customSetting: object.customSetting,
    deepCloneable: false,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    feedEnabled: object.feedEnabled,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.prefix === "" ? null : object.prefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: object.access.kind === "permission",
    mergeable: object.mergeable,
    mruEnabled: object.access.kind === "permission",
    name: object.name,
    queryable: object.queryable,
    replicateable: object.replicateable,
    retrieveable: true,
    searchable: object.searchable,
    triggerable: object.access.kind === "permission",
    undeletable: object.undeletable,
    updateable: object.updateable,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

/** The full description, with the fields and child relationships that the user may read. */
export function describeObject(object: ObjectDefinition, context: ApiContext): Record<string, unknown> {
  const { org, user } = context;
  const children = org.schema
    .children(object)
    .filter(({ childObject, field }) => {
      const child = user.object(childObject);
      return child !== undefined && user.canRead(child, field);
    })
    .map(({ childObject, field, relationshipName, cascadeDelete }) => ({
      cascadeDelete,
      childSObject: childObject,
      deprecatedAndHidden: false,
      field: field.name,
      junctionIdListNames: [],
      junctionReferenceTo: [],
      relationshipName: relationshipName ?? null,
      restrictedDelete: field.child?.onDelete === "restrict",
    }));
  return {
    ...describeShort(object, context),
    actionOverrides: [],
    childRelationships: children,
    compactLayoutable: object.access.kind === "permission",
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: object.fields.filter((field) => user.canRead(object, field)).map((field) => describeField(field, object)),
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: recordTypeInfos(object, context),
    searchLayoutable: object.searchable,
    sobjectDescribeOption: "FULL",
    supportedScopes: [
      { label: `All ${object.labelPlural}`, name: "everything" },
      ...(object.fieldsByName.has("ownerid") ? [{ label: `My ${object.labelPlural}`, name: "mine" }] : []),
    ],
  };
}

function recordTypeInfos(object: ObjectDefinition, { org, basePath }: ApiContext): unknown[] {
  const master = {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    developerName: "Master",
    master: true,
    name: "Master",
    recordTypeId: "012000000000000AAA",
    urls: { layout: `${basePath}/sobjects/${object.name}/describe/layouts/012000000000000AAA` },
  };
  const rows = org.database.rows(
    `SELECT "Id", "Name", "DeveloperName" FROM "RecordType" WHERE "SobjectType" = ? AND "IsActive" = 1 ORDER BY "_row"`,
    [object.name],
  );
  const infos = rows.map(([id, name, developerName]) => ({
    ...master,
    defaultRecordTypeMapping: false,
    developerName,
    master: false,
    name,
    recordTypeId: id,
    urls: { layout: `${basePath}/sobjects/${object.name}/describe/layouts/${String(id)}` },
  }));
  return [...infos, master];
}

const soapTypes: Readonly<Record<string, string>> = {
  id: "tns:ID",
  reference: "tns:ID",
  boolean: "xsd:boolean",
  int: "xsd:int",
  double: "xsd:double",
  currency: "xsd:double",
  percent: "xsd:double",
  date: "xsd:date",
  datetime: "xsd:dateTime",
  time: "xsd:time",
  base64: "xsd:base64Binary",
  address: "urn:address",
  location: "urn:location",
  anyType: "xsd:anyType",
};

function describeField(field: FieldDefinition, object: ObjectDefinition): Record<string, unknown> {
  return {
    ...describeKind(field),
    ...describeUse(field, object),
    ...describeDefaults(field),
    ...describeReference(field),
    // 0 is the first master, 1 the second one.
    relationshipOrder: object.masters.includes(field) ? object.masters.indexOf(field) : null,
    ...constantTraits,
  };
}

/** The same for all fields. */
const constantTraits = {
  aiPredictionField: false,
  controllerName: null,
  defaultValueFormula: null,
  dependentPicklist: false,
  deprecatedAndHidden: false,
  filteredLookupInfo: null,
  formulaTreatNullNumberAsZero: false,
  highScaleNumber: false,
  inlineHelpText: null,
  mask: null,
  referenceTargetField: null,
  searchPrefilterable: false,
  writeRequiresMasterRead: false,
};

function describeKind(field: FieldDefinition): Record<string, unknown> {
  return {
    name: field.name,
    label: field.label,
    type: field.type,
    soapType: soapTypes[field.type] ?? "xsd:string",
    length: field.length,
    byteLength: isText(field.type) || field.length === 18 ? field.length * 3 : 0,
    precision: field.precision,
    scale: field.scale,
    digits: field.type === "int" ? 9 : 0,
    custom: field.custom,
    calculated: field.calculated,
    calculatedFormula: field.calculated ? (field.formula ?? field.derived ?? null) : null,
    autoNumber: field.autoNumber !== undefined,
    compoundFieldName: field.compound ?? null,
    encrypted: field.type === "encryptedstring",
    maskType: field.type === "encryptedstring" ? "all" : null,
    extraTypeInfo: field.extraTypeInfo ?? null,
    htmlFormatted: field.htmlFormatted,
    displayLocationInDecimal: field.type === "location",
    nameField: field.nameField,
  };
}

function describeUse(field: FieldDefinition, { access }: ObjectDefinition): Record<string, unknown> {
  const compound = field.type === "location" || field.type === "address";
  return {
    aggregatable: field.filterable && !compound,
    caseSensitive: field.caseSensitive,
    createable: field.createable,
    externalId: field.externalId,
    filterable: field.filterable,
    groupable: field.groupable,
    idLookup: field.type === "id" || field.externalId || field.type === "email",
    nillable: !field.required && field.type !== "boolean" && field.type !== "id",
    // Objects without permissions of their own have no field permissions either.
    permissionable: field.permissionable && access.kind === "permission",
    queryByDistance: compound,
    sortable: field.sortable,
    unique: field.unique,
    updateable: field.updateable,
  };
}

function describeDefaults(field: FieldDefinition): Record<string, unknown> {
  return {
    defaultValue: field.type === "boolean" ? false : (field.defaultValue ?? null),
    defaultedOnCreate: field.type === "boolean" || field.name === "OwnerId" || field.defaultValue !== undefined,
    restrictedPicklist: field.restrictedPicklist,
    picklistValues: field.picklist.map((value) => ({
      active: true,
      defaultValue: value === field.defaultValue,
      label: value,
      validFor: null,
      value,
    })),
  };
}

function describeReference(field: FieldDefinition): Record<string, unknown> {
  const polymorphic = field.referenceTo.length > 1 && field.leadsTo === undefined;
  return {
    namePointing: polymorphic,
    polymorphicForeignKey: polymorphic,
    cascadeDelete: field.child?.onDelete === "cascade" && field.custom,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName ?? null,
    restrictedDelete: field.child?.onDelete === "restrict",
  };
}
