import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { messageOf } from "../api/errors.ts";
import { Icon, type IconName } from "./icons.tsx";
import { notify } from "./notify.ts";

interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "icon"> {
  readonly icon?: IconName | undefined;
  readonly kind?: "primary" | "danger" | "quiet" | undefined;
  /** Words: an icon alone is no name for those who see it. An `aria-label` says more, and has these words in it. */
  readonly children: ComponentChildren;
}

/** A button with words, and mostly an icon. */
export function Button({ icon, kind, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} class={`button${kind ? ` button-${kind}` : ""}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface ActionProps extends Omit<ButtonProps, "onClick" | "action"> {
  /** What a click does; while it runs the button cannot be pressed again. */
  readonly action: () => Promise<void>;
}

/** A button for what takes a moment and may fail: the failure is shown, never swallowed. */
export function ActionButton({ action, disabled, ...rest }: ActionProps) {
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    setBusy(true);
    try {
      await action();
    } catch (error) {
      notify(messageOf(error), "error");
    } finally {
      setBusy(false);
    }
  };
  return <Button {...rest} disabled={busy || disabled === true} aria-busy={busy} onClick={() => void act()} />;
}

interface CopyProps {
  /** Begins with "Copy". */
  readonly label: string;
  /** What is copied; asked for when the button is pressed. */
  readonly text: () => string | Promise<string>;
  readonly icon?: IconName;
  /** Shows the whole label, not its first word alone. */
  readonly wide?: boolean;
}

/** Copies a text to the clipboard. */
export function CopyButton({ label, text, icon = "copy", wide = false }: CopyProps) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    // Undefined on pages that came over plain HTTP from another machine, whatever the types say.
    if (!("clipboard" in navigator)) throw new Error("Browsers let a page copy only when it came over HTTPS.");
    await navigator.clipboard.writeText(await text());
    setDone(true);
    notify("Copied.");
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <ActionButton icon={done ? "check" : icon} kind="quiet" title={label} aria-label={label} action={copy}>
      {wide ? label : "Copy"}
    </ActionButton>
  );
}
