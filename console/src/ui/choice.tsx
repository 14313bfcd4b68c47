interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  /** What no choice is called. */
  readonly none: string;
  readonly options: readonly T[];
  /** What an option is called, when not itself. */
  readonly nameOf?: (option: T) => string;
  readonly choose: (value: T | undefined) => void;
}

/** One of a few, or none of them. */
export function Choice<T extends string>({ label, value, none, options, nameOf, choose }: ChoiceProps<T>) {
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => choose(options.find((option) => option === event.currentTarget.value))}
    >
      <option value="">{none}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {nameOf ? nameOf(option) : option}
        </option>
      ))}
    </select>
  );
}
