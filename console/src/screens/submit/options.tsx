/**
 * How a job is to run, beside its input.
 *
 * @module
 */

import type { SubmitBody } from "../../../../contracts/jobs/submit.ts";
import { type Draft, type FieldErrors, fromDraft } from "../../schema-form/draft.ts";
import { FieldView } from "../../schema-form/field-view.tsx";
import type { Field } from "../../schema-form/schema.ts";

type OptionName = Exclude<keyof SubmitBody, "input">;
/** The drafts of the submit options. */
export type OptionsDraft = Partial<Record<OptionName, Draft>>;

const option = (name: OptionName, kind: Field["kind"], description: string): Field => ({
  name,
  kind,
  description,
  required: false,
  default: undefined,
  minimum: undefined,
  maximum: undefined,
  maxLength: undefined,
  pattern: undefined,
  choices: [],
  fields: [],
  item: undefined,
});

const fields: readonly (Field & { readonly name: string })[] = [
  option("priority", "integer", "0 to 10; 5 and over takes the high lane. Left out: 5, in a batch 1."),
  option("delay_seconds", "number", "Starts no sooner than that."),
  option("expires_in", "number", "Seconds; not started by then, it is revoked."),
  option("trace_id", "text", "Ties jobs together; search for it later."),
];

/** The names of the submit options. */
export const optionFields: readonly string[] = fields.map(({ name }) => name);

/** Reads the submit options. Errors carry the field's path. */
export function readOptions(draft: OptionsDraft): { value: Omit<SubmitBody, "input">; errors: FieldErrors } {
  const given: Readonly<Record<string, Draft | undefined>> = draft;
  const read = fields.map((field) => [field.name, fromDraft(field, given[field.name], `/${field.name}`)] as const);
  return {
    value: Object.fromEntries(read.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]))),
    errors: Object.assign({}, ...read.map(([, { errors }]) => errors)),
  };
}

interface OptionsProps {
  readonly draft: OptionsDraft;
  readonly change: (draft: OptionsDraft) => void;
  readonly errors: FieldErrors;
}

/** The submit options' form. */
export function Options({ draft, change, errors }: OptionsProps) {
  const given: Readonly<Record<string, Draft | undefined>> = draft;
  const wrong = optionFields.some((name) => errors[`/${name}`] !== undefined);
  return (
    <details class="options" open={wrong}>
      <summary>How it runs</summary>
      <div class="option-grid">
        {fields.map((field) => (
          <FieldView
            key={field.name}
            field={field}
            draft={given[field.name]}
            path={`/${field.name}`}
            errors={errors}
            change={(value) => change({ ...draft, [field.name]: value })}
          />
        ))}
      </div>
    </details>
  );
}
