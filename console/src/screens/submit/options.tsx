/**
 * How a job is to run, beside its input.
 *
 * @module
 */

import type { Draft, FieldErrors } from "../../schema-form/draft.ts";
import { FieldView } from "../../schema-form/field-view.tsx";
import { type OptionsDraft, optionFields } from "./read-options.ts";

interface OptionsProps {
  readonly draft: OptionsDraft;
  readonly change: (draft: OptionsDraft) => void;
  readonly errors: FieldErrors;
}

/** The submit options' form. */
export function Options({ draft, change, errors }: OptionsProps) {
  const given: Readonly<Record<string, Draft | undefined>> = draft;
  const wrong = optionFields.some(({ name }) => errors[`/${name}`] !== undefined);
  return (
    <details class="options" open={wrong}>
      <summary>How it runs</summary>
      <div class="option-grid">
        {optionFields.map((field) => (
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
