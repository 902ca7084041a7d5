type Model = string | null | undefined;

/** Organization-wide defaults that let everybody read, in the words of EntityDefinition and of Organization. */
const publicModels = new Set([
  "Read",
  "ReadWrite",
  "ReadWriteTransfer",
  "FullAccess",
  "Edit",
  "ReadEditTransfer",
  "All",
]);

/** Whether an organization-wide default opens records to everybody of its kind. An unknown word counts as private. */
export const isPublic = (model: Model): boolean => typeof model === "string" && publicModels.has(model);

/** Both vocabularies use this word. */
export const isControlledByParent = (model: Model): boolean => model === "ControlledByParent";

/** Everybody may edit: Salesforce then keeps no share table. */
export const isPublicReadWrite = (model: Model): boolean => isPublic(model) && model !== "Read";

/** The levels of a share row that let its users read. */
const readingLevels = new Set(["Read", "Edit", "All"]);

/** Whether a level of a share row or a role grants access. None, empty and unknown words do not. */
export const grantsRead = (level: Model): boolean => typeof level === "string" && readingLevels.has(level);
