/**
 * The options of an upload, as the form reads them.
 *
 * @module
 */

import type { OcrMode } from "../../../../contracts/documents/warnings.ts";
import type { UploadOptions } from "../../api/upload-document.ts";
import { type Draft, type FieldErrors, fromDraft } from "../../schema-form/draft.ts";
import { plainField } from "../../schema-form/schema.ts";

type OptionName = Exclude<keyof UploadOptions, "project_id">;
/** The drafts of the options. */
export type UploadDraft = Partial<Record<OptionName, Draft>>;

/** The contract's own list comes with all of zod. */
const ocrModes = { auto: true, always: true, never: true } satisfies Record<OcrMode, true>;

/** The fields of the options. */
export const uploadFields = [
  plainField("ocr", "choice", {
    description: "Whether pictures are recognized: where a page has too little text (auto), on every page, or on none.",
    choices: Object.keys(ocrModes),
  }),
  plainField("index", "boolean", { description: "Let searches find the passages." }),
  plainField("attachments", "boolean", { description: "Of a message (EML), read what is attached, too." }),
  plainField("then", "json", {
    description:
      'Tasks that follow when the text is there, such as [{"task_name": "summarize"}]; also extract, classify and keywords.',
  }),
] as const;

/** What was typed in: options, or what is wrong with them by path. */
export interface ReadUpload {
  readonly value: Omit<UploadOptions, "project_id">;
  readonly errors: FieldErrors;
}

/** Reads the options of an upload. */
export function readUpload(draft: UploadDraft): ReadUpload {
  const read = uploadFields.map(
    (field) => [field.name, fromDraft(field, draft[field.name], `/${field.name}`)] as const,
  );
  const given = Object.fromEntries(read.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
  const errors: FieldErrors = Object.assign({}, ...read.map(([, { errors: each }]) => each));
  const isList = given.then === undefined || Array.isArray(given.then);
  return { value: given, errors: isList ? errors : { ...errors, "/then": "Give a list of tasks, in brackets." } };
}
