/**
 * What a browser shows of the controls of a form: what is entered, what is chosen, and which boxes are checked.
 *
 * @module
 */

import { CHECKED, UNCHECKED } from "../docx/symbols.ts";

type Attributes = Readonly<Record<string, string>>;

/** Kinds of inputs whose value is not shown, or as dots, colors and bars. */
const WITHOUT_VALUE = new Set(["hidden", "password", "file", "color", "range", "image"]);

/** What an input shows; "" for nothing. */
export function shownByInput(attributes: Attributes): string {
  const type = (attributes.type ?? "text").toLowerCase();
  if (type === "checkbox" || type === "radio") return "checked" in attributes ? CHECKED : UNCHECKED;
  return WITHOUT_VALUE.has(type) ? "" : (attributes.value ?? "").trim();
}

interface Option {
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
  /** What is shown in place of its text. */
  readonly label: string | undefined;
  text: string;
}

/** The options of a list to choose from, as they are read. */
export class Choice {
  readonly #isMenu: boolean;
  readonly #options: Option[] = [];

  constructor(attributes: Attributes) {
    this.#isMenu = !("multiple" in attributes) && !(Number(attributes.size) > 1);
  }

  option(attributes: Attributes): void {
    const [isSelected, isDisabled] = ["selected" in attributes, "disabled" in attributes];
    this.#options.push({ isSelected, isDisabled, label: attributes.label, text: "" });
  }

  /** Text within an option. */
  text(value: string): void {
    const option = this.#options.at(-1);
    if (option) option.text += value;
  }

  /** What is chosen; of a menu in which nothing is, the first option, which it then shows. */
  get shown(): string {
    const selected = this.#options.filter(({ isSelected }) => isSelected);
    const shown = this.#isMenu ? [selected.at(-1) ?? this.#options.find(({ isDisabled }) => !isDisabled)] : selected;
    return shown.map((option) => (option?.label ?? option?.text ?? "").replace(/\s+/g, " ").trim()).join(", ");
  }
}
