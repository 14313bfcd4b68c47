/** `[1]` and `[1, 2]`, also several in a row; not `[1](...)`, which is a link. */
const MARKER = /\[\d{1,3}(?:[,;] ?\d{1,3})*\](?!\()/g;

/** A text without the markers of its sources. */
export const withoutMarkers = (text: string): string => text.replace(MARKER, "");
