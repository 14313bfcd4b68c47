import { useEffect, useState } from "preact/hooks";
import { connection } from "../api/connection.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icons.tsx";

interface SearchFormProps {
  /** What is searched. */
  readonly label: string;
  /** The search that is shown. */
  readonly value: string | undefined;
  /** Called with what was typed when it is another; undefined goes back to the list. */
  readonly search: (text: string | undefined) => void;
}

/** A search that a request is sent for, so it waits until it is asked for. */
export function SearchForm({ label, value, search }: SearchFormProps) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const text = typed.trim() || undefined;
    // The same again: what was found may be another now.
    if (text === value) connection.refreshAll();
    else search(text);
  };
  return (
    <form class="filters page-filters" onSubmit={submit}>
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={label}
          placeholder={label}
          maxLength={8_000}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <Button type="submit" icon="search">
        Search
      </Button>
      {value !== undefined && (
        <Button icon="close" onClick={() => search(undefined)}>
          Show the list
        </Button>
      )}
    </form>
  );
}
