import type { SubmitMode } from "../../routing/route.ts";
import { Button } from "../../ui/button.tsx";

interface JsonFieldProps {
  readonly text: string;
  readonly change: (text: string) => void;
  readonly error: string | undefined;
}

/** One input as JSON. */
export function JsonField({ text, change, error }: JsonFieldProps) {
  return (
    <div class="field">
      <label for="input-json">input</label>
      <textarea
        id="input-json"
        class="code"
        rows={18}
        spellcheck={false}
        value={text}
        aria-invalid={error !== undefined}
        aria-describedby="input-json-error"
        onInput={(event) => change(event.currentTarget.value)}
      />
      <p id="input-json-error" class="field-error" role="alert">
        {error}
      </p>
    </div>
  );
}

const modes: readonly (readonly [mode: SubmitMode | undefined, name: string])[] = [
  [undefined, "Form"],
  ["json", "JSON"],
  ["batch", "Batch"],
];

interface ModeSwitchProps {
  readonly mode: SubmitMode | undefined;
  readonly change: (mode: SubmitMode | undefined) => void;
}

/** How the input is given. */
export function ModeSwitch({ mode, change }: ModeSwitchProps) {
  return (
    <fieldset class="segments" aria-label="Edit as">
      {modes.map(([each, name]) => (
        <Button key={name} kind="quiet" aria-pressed={mode === each} onClick={() => mode !== each && change(each)}>
          {name}
        </Button>
      ))}
    </fieldset>
  );
}
