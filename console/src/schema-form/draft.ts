import { type Field, isObject } from "./schema.ts";

/**
 * What is typed into a form, and the JSON that it stands for. A draft has the field's shape, with a string for every
 * number and JSON text, so that what cannot be read yet is kept as typed.
 */
export type Draft = string | boolean | readonly Draft[] | { readonly [name: string]: Draft };

/** A message by JSON Pointer (RFC 6901) into the request body, such as `/input/max_length`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Whether a draft is an object. */
export const isDraftObject = (draft: Draft | undefined): draft is { readonly [name: string]: Draft } =>
  typeof draft === "object" && !Array.isArray(draft);

/** RFC 6901, 3. */
export const pointer = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The draft that shows a value; without one, the field's default. */
export function toDraft(field: Field, value: unknown = field.default): Draft {
  switch (field.kind) {
    case "object": {
      const given = isObject(value) ? value : {};
      return Object.fromEntries(field.fields.map((child) => [child.name, toDraft(child, given[child.name])]));
    }
    case "list": {
      const { item } = field;
      return Array.isArray(value) && item ? value.map((each) => toDraft(item, each)) : [];
    }
    case "boolean":
      return value === true;
    case "text":
    case "long-text":
      return typeof value === "string" ? value : "";
    case "choice":
    case "integer":
    case "number":
      return value === undefined || value === null ? "" : String(value);
    case "json":
      return value === undefined ? "" : JSON.stringify(value, null, 2);
  }
}

/** What a draft was read as: a value, or errors by path. */
export interface Read {
  /** Undefined: leave the field out. */
  readonly value: unknown;
  readonly errors: FieldErrors;
}

/** Nothing was typed into it: an object that may be left out is, though its fields are needed where it is given. */
const isUntouched = (field: Field, draft: Draft | undefined): boolean =>
  draft === undefined || draft === "" || JSON.stringify(draft) === JSON.stringify(toDraft(field));

/** The JSON of a draft, and what in it cannot be read. What only the schema forbids is left for the API to say. */
export function fromDraft(field: Field, draft: Draft | undefined, path: string): Read {
  const fail = (message: string): Read => ({ value: undefined, errors: { [path]: message } });
  switch (field.kind) {
    case "object": {
      if (!field.required && path !== "/input" && isUntouched(field, draft)) return { value: undefined, errors: {} };
      const read = field.fields.map(
        (child) =>
          [
            child.name,
            fromDraft(child, isDraftObject(draft) ? draft[child.name] : "", pointer(path, child.name)),
          ] as const,
      );
      const given = read.filter(([, { value }]) => value !== undefined);
      const errors = Object.assign({}, ...read.map(([, each]) => each.errors));
      if (given.length === 0 && !field.required && path !== "/input") return { value: undefined, errors };
      return { value: Object.fromEntries(given.map(([name, { value }]) => [name, value])), errors };
    }
    case "list": {
      const { item } = field;
      const items = Array.isArray(draft) ? draft : [];
      if (!item || (items.length === 0 && !field.required)) return { value: undefined, errors: {} };
      const read = items.map((each, index) => fromDraft(item, each, pointer(path, index)));
      return {
        value: read.map(({ value }) => value ?? null),
        errors: Object.assign({}, ...read.map((each) => each.errors)),
      };
    }
    case "boolean":
      return { value: draft === true, errors: {} };
    default:
      break;
  }
  const text = typeof draft === "string" ? draft : "";
  // An empty required text is sent as such: the API says what is wrong with it.
  if (text.trim() === "" && !(field.required && (field.kind === "text" || field.kind === "long-text"))) {
    return field.required && field.kind !== "choice" ? fail("This field is needed.") : { value: undefined, errors: {} };
  }
  switch (field.kind) {
    case "choice":
      return { value: field.choices.find((choice) => String(choice) === text), errors: {} };
    case "integer":
    case "number": {
      const value = Number(text);
      return Number.isNaN(value) ? fail("This is not a number.") : { value, errors: {} };
    }
    case "json":
      return readJson(text, path);
    default:
      return { value: text, errors: {} };
  }
}

/** Reads a draft as JSON. Errors carry the path. */
export function readJson(text: string, path: string): Read {
  try {
    return { value: JSON.parse(text), errors: {} };
  } catch (error) {
    return {
      value: undefined,
      errors: { [path]: `This is not JSON: ${error instanceof Error ? error.message : error}` },
    };
  }
}

/**
 * Sorts the API's messages to the fields that are shown.
 * @returns what belongs to no field that the form has, as text
 */
export function placeErrors(
  errors: readonly { readonly path: string; readonly message: string }[],
  shown: ReadonlySet<string>,
): { readonly at: FieldErrors; readonly elsewhere: readonly string[] } {
  const at: Record<string, string> = {};
  const elsewhere: string[] = [];
  for (const { path, message } of errors) {
    const place = nearest(path, shown);
    if (place === undefined) elsewhere.push(`${path}: ${message}`);
    else {
      const text = place === path ? message : `${path.slice(place.length)}: ${message}`;
      at[place] = at[place] === undefined ? text : `${at[place]} ${text}`;
    }
  }
  return { at, elsewhere };
}

/** The field itself, or the one that holds it, such as a JSON field whose inside is at fault. */
function nearest(path: string, shown: ReadonlySet<string>): string | undefined {
  for (let place = path; place !== ""; place = place.slice(0, place.lastIndexOf("/"))) {
    if (shown.has(place)) return place;
  }
  return undefined;
}

/** The pointers of every field that a draft shows. */
export function shownPaths(field: Field, draft: Draft | undefined, path: string): string[] {
  if (field.kind === "object") {
    return field.fields.flatMap((child) =>
      shownPaths(child, isDraftObject(draft) ? draft[child.name] : undefined, pointer(path, child.name)),
    );
  }
  const { item } = field;
  if (field.kind === "list" && item && Array.isArray(draft)) {
    return [path, ...draft.flatMap((each, index) => shownPaths(item, each, pointer(path, index)))];
  }
  return [path];
}
