const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The JSON object that a model answered with. A server that ignores `response_format` lets the model wrap it in a
 * Markdown fence or in a sentence, so the outermost braces are tried as well.
 * @returns undefined when there is none
 */
export function objectInText(text: string): Record<string, unknown> | undefined {
  const whole = parse(text);
  if (isObject(whole)) return whole;
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (start < 0 || end <= start) return undefined;
  const inner = parse(text.slice(start, end + 1));
  return isObject(inner) ? inner : undefined;
}
