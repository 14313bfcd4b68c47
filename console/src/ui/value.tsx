/**
 * Values of jobs. Their text is only ever text here: nothing of it can become markup.
 *
 * @module
 */

import { useState } from "preact/hooks";
import { isShort, prettyJson, SHOWN_CHARACTERS, showText, tokens } from "../format/json.ts";
import { formatBytes } from "../format/number.ts";
import { isObject } from "../schema-form/schema.ts";
import { Button, CopyButton } from "./button.tsx";

/** A text that may be long: folded at first, and never more of it in the page than the page can bear. */
export function LongText({ text, json = false }: { readonly text: string; readonly json?: boolean }) {
  const [open, setOpen] = useState(false);
  const short = isShort(text);
  const shown = showText(text, !short && !open);
  return (
    <div class="long-text">
      <pre class={json ? "code" : "prose"}>
        {json
          ? tokens(shown.text).map((token, index) => (
              <span key={index} class={`json-${token.kind}`}>
                {token.text}
              </span>
            ))
          : shown.text}
        {shown.truncated && " …"}
      </pre>
      {!short && (
        <div class="long-text-more">
          <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Show less" : `Show all (${formatBytes(shown.total)})`}
          </Button>
          {open && shown.truncated && (
            <span class="muted">
              The first {formatBytes(SHOWN_CHARACTERS)} of {formatBytes(shown.total)}; copying gives all.
            </span>
          )}
        </div>
      )}
    </div>
  );
}

/** A JSON value with its name: an object's fields as a list, or the JSON itself. */
export function Value({ label, value }: { readonly label: string; readonly value: unknown }) {
  const [raw, setRaw] = useState(false);
  const listed = isObject(value) && Object.keys(value).length > 0;
  return (
    <section class="card" aria-label={label}>
      <header class="card-head">
        <h2>{label}</h2>
        <div class="actions">
          {listed && (
            <Button kind="quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>
              JSON
            </Button>
          )}
          <CopyButton label={`Copy ${label.toLowerCase()} as JSON`} text={() => prettyJson(value)} />
        </div>
      </header>
      {listed && !raw ? (
        <dl class="fields">
          {Object.entries(value).map(([name, field]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {typeof field === "string" ? <LongText text={field} /> : <LongText text={prettyJson(field)} json />}
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <LongText text={prettyJson(value)} json />
      )}
    </section>
  );
}
