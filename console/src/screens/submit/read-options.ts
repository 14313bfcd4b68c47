/**
 * The options of a submit, as the form reads them.
 *
 * @module
 */

import type { SubmitBody } from "../../../../contracts/jobs/submit.ts";
import { CONFIG_NAME_FAULT, readConfigName } from "../../format/config-name.ts";
import { type Draft, type FieldErrors, fromDraft } from "../../schema-form/draft.ts";
import { type Field, plainField } from "../../schema-form/schema.ts";

type OptionName = Exclude<keyof SubmitBody, "input">;
/** The drafts of the submit options. */
export type OptionsDraft = Partial<Record<OptionName, Draft>>;

const option = (name: OptionName, kind: Field["kind"], description: string) => plainField(name, kind, { description });

/** The fields of the submit options. */
export const optionFields: readonly (Field & { readonly name: string })[] = [
  option("priority", "integer", "0 to 10; 5 and over takes the high lane. Left out: 5, in a batch 1."),
  option("delay_seconds", "number", "Starts no sooner than that."),
  option("expires_in", "number", "Seconds; not started by then, it is revoked."),
  option(
    "config",
    "text",
    "For tasks that ask a language model: the id of a stored config, also with a version: support@3.",
  ),
  option("trace_id", "text", "Ties jobs together; search for it later."),
];

/** Reads the submit options. Errors carry the field's path. */
export function readOptions(draft: OptionsDraft): { value: Omit<SubmitBody, "input">; errors: FieldErrors } {
  const given: Readonly<Record<string, Draft | undefined>> = draft;
  const read = optionFields.map(
    (field) => [field.name, fromDraft(field, given[field.name], `/${field.name}`)] as const,
  );
  const { config: name, ...value } = Object.fromEntries(
    read.flatMap(([each, { value: of }]) => (of === undefined ? [] : [[each, of]])),
  );
  const errors: FieldErrors = Object.assign({}, ...read.map(([, { errors: each }]) => each));
  if (typeof name !== "string") return { value, errors };
  const config = readConfigName(name);
  return config
    ? { value: { ...value, config }, errors }
    : { value, errors: { ...errors, "/config": CONFIG_NAME_FAULT } };
}
