interface SelectBoxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly toggle: () => void;
}

/** Selects a row of a table, or all of them. */
export function SelectBox({ label, checked, toggle }: SelectBoxProps) {
  return <input type="checkbox" aria-label={label} checked={checked} onChange={toggle} />;
}
