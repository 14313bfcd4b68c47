import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { formatCount } from "../format/number.ts";
import { Button } from "../ui/button.tsx";
import { type Draft, type FieldErrors, isDraftObject, pointer, toDraft } from "./draft.ts";
import type { Field } from "./schema.ts";

/** A field of a form with its draft and errors. */
export interface FieldProps {
  readonly field: Field;
  readonly draft: Draft | undefined;
  /** JSON Pointer of the field in the request body. */
  readonly path: string;
  readonly errors: FieldErrors;
  readonly change: (draft: Draft) => void;
}

/** A field of a form as its schema says: an input, or a group of further fields. */
export function FieldView(props: FieldProps) {
  if (props.field.kind === "object") return <ObjectView {...props} />;
  if (props.field.kind === "list") return <ListView {...props} />;
  return <InputView {...props} />;
}

function ObjectView({ field, draft, path, errors, change }: FieldProps) {
  const values = isDraftObject(draft) ? draft : {};
  const children = field.fields.map((child) => (
    <FieldView
      key={child.name}
      field={child}
      draft={values[child.name]}
      path={pointer(path, child.name)}
      errors={errors}
      change={(value) => change({ ...values, [child.name]: value })}
    />
  ));
  if (path === "/input") return <>{children}</>;
  return (
    <fieldset class="group">
      <legend>{field.name}</legend>
      {field.description && <p class="muted small">{field.description}</p>}
      {children}
    </fieldset>
  );
}

function ListView({ field, draft, path, errors, change }: FieldProps) {
  const { item } = field;
  const items = Array.isArray(draft) ? draft : [];
  const error = errors[path];
  if (!item) return null;
  return (
    <fieldset class="group" name={path}>
      <legend>{field.name}</legend>
      {field.description && <p class="muted small">{field.description}</p>}
      {items.map((each, index) => (
        <div key={index} class="list-item">
          <FieldView
            field={{ ...item, name: `${field.name} ${index + 1}` }}
            draft={each}
            path={pointer(path, index)}
            errors={errors}
            change={(value) => change(items.map((old, at) => (at === index ? value : old)))}
          />
          <Button
            icon="close"
            kind="quiet"
            aria-label={`Remove ${field.name} ${index + 1}`}
            onClick={() => change(items.filter((_, at) => at !== index))}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button icon="submit" onClick={() => change([...items, toDraft(item)])}>
        Add
      </Button>
      {error !== undefined && <p class="field-error">{error}</p>}
    </fieldset>
  );
}

function InputView({ field, draft, path, errors, change }: FieldProps) {
  const id = useId();
  const error = errors[path];
  const shared = {
    id,
    name: path,
    required: field.required,
    "aria-invalid": error !== undefined,
    "aria-describedby": `${id}-help`,
  };
  return (
    <div class={`field${widths[field.kind] ?? ""}`}>
      <label for={id}>
        {field.name}
        {field.required && (
          <span class="required" title="Needed">
            {" "}
            *
          </span>
        )}
      </label>
      {control({ field, draft, change }, shared)}
      <p id={`${id}-help`} class="field-help">
        {error !== undefined && (
          <span class="field-error" role="alert">
            {error}
          </span>
        )}
        <span class="muted">{helpOf(field)}</span>
      </p>
    </div>
  );
}

const widths: Partial<Record<Field["kind"], string>> = {
  boolean: " field-check",
  integer: " field-short",
  number: " field-short",
};

type Shared = Pick<JSX.IntrinsicElements["input"], "id" | "name" | "aria-invalid" | "aria-describedby">;

function control({ field, draft, change }: Pick<FieldProps, "field" | "draft" | "change">, shared: Shared) {
  const text = typeof draft === "string" ? draft : "";
  switch (field.kind) {
    case "boolean":
      return (
        <input
          {...shared}
          type="checkbox"
          checked={draft === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <select {...shared} value={text} onChange={(event) => change(event.currentTarget.value)}>
          {!field.required && <option value="">–</option>}
          {field.choices.map((choice) => (
            <option key={String(choice)}>{String(choice)}</option>
          ))}
        </select>
      );
    case "long-text":
    case "json":
      return (
        <textarea
          {...shared}
          class={field.kind === "json" ? "code" : ""}
          spellcheck={field.kind !== "json"}
          rows={field.kind === "json" ? 6 : 8}
          value={text}
          onInput={(event) => change(event.currentTarget.value)}
        />
      );
    default:
      return (
        <input
          {...shared}
          inputMode={field.kind === "integer" ? "numeric" : field.kind === "number" ? "decimal" : undefined}
          autocomplete="off"
          value={text}
          onInput={(event) => change(event.currentTarget.value)}
        />
      );
  }
}

/** The description and the bounds, in words. */
function helpOf(field: Field): string {
  const { minimum, maximum, maxLength } = field;
  const parts = [field.description];
  if (field.kind === "json") parts.push("JSON.");
  if (minimum !== undefined && maximum !== undefined) parts.push(`${formatCount(minimum)} to ${formatCount(maximum)}.`);
  else if (minimum !== undefined) parts.push(`At least ${formatCount(minimum)}.`);
  else if (maximum !== undefined) parts.push(`At most ${formatCount(maximum)}.`);
  if (maxLength !== undefined && maxLength > 0) parts.push(`At most ${formatCount(maxLength)} characters.`);
  return parts.filter((part) => part !== undefined).join(" ");
}
