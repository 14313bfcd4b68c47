/**
 * Sets lines onto pages.
 *
 * @module
 */

import type { Draw, Flow } from "./flow.ts";
import type { Fragment, Line } from "./lines.ts";
import type { Element } from "./structure.ts";

/** Where lines are and what they are. */
export interface TextPlace {
  readonly element: Element;
  /** Of the lines, from the left of the page. */
  readonly x: number;
  /** From line to line, in points. */
  readonly leading: number;
  /** Behind each line, as the ground of code is. */
  readonly ground?: { readonly color: string; readonly x: number; readonly width: number };
  /** Drawn with the first line, at its place. */
  readonly first?: (y: number) => void;
}

/** Fewest lines of a paragraph that stand alone at the foot or head of a page. */
const TOGETHER = 2;

/** Sets a paragraph's lines, over pages where need be, without leaving one line alone. */
export function setLines(flow: Flow, lines: readonly Line[], place: TextPlace): void {
  const { leading } = place;
  let at = 0;
  while (at < lines.length) {
    const left = lines.length - at;
    let fit = Math.floor((flow.room + 0.01) / leading);
    if (fit < left) {
      const isAlone = fit < TOGETHER && left >= TOGETHER && at === 0;
      if (left - fit < TOGETHER && fit > TOGETHER) fit = left - TOGETHER;
      if (fit <= 0 || isAlone) {
        if (!flow.isAtTop) {
          flow.newPage();
          continue;
        }
        fit = 1;
      }
    }
    for (const line of lines.slice(at, at + fit)) {
      if (at === 0) place.first?.(flow.y);
      setLine(flow, line, { ...place, y: flow.y });
      flow.y += leading;
      at++;
    }
    if (at < lines.length) flow.newPage();
  }
}

/** Sets one line at a height of the page, whatever is there. */
export function setLine(
  flow: Flow,
  line: Line,
  { element, x, y, leading, ground }: TextPlace & { readonly y: number },
): void {
  if (ground) {
    flow.draw(undefined, (doc) => doc.rect(ground.x, y, ground.width, leading + 0.4).fill(ground.color));
  }
  let link: { readonly to: string; readonly element: Element } | undefined;
  for (const fragment of line.fragments) {
    const { link: url, goTo } = fragment.mark;
    const to = url ?? goTo;
    if (to === undefined) link = undefined;
    else if (link?.to !== to) link = { to, element: element.child("Link") };
    flow.draw(link?.element ?? element, drawFragment(fragment, { x, y, leading, link: link?.element }));
  }
}

interface At {
  readonly x: number;
  readonly y: number;
  readonly leading: number;
  readonly link: Element | undefined;
}

const INK = "#1a1a1a";
const LINK = "#1f4e8c";

function drawFragment({ text, face, size, mark, x: dx, width }: Fragment, at: At): Draw {
  return (doc) => {
    const x = at.x + dx;
    const baseline = at.y + at.leading * BASELINE - (mark.rise ?? 0);
    const color = mark.color ?? (at.link ? LINK : INK);
    doc.font(face).fontSize(size).fillColor(color);
    doc.text(text, x, baseline, { lineBreak: false, baseline: "alphabetic" });
    if (mark.strike) {
      const y = baseline - size * 0.28;
      doc
        .moveTo(x, y)
        .lineTo(x + width, y)
        .lineWidth(0.6)
        .stroke(color);
    }
    if (!at.link) return;
    const options = { structParent: at.link.in(doc), Contents: new String(text.trim()) };
    const top = baseline - size;
    const height = size * 1.3;
    if (mark.link !== undefined) doc.link(x, top, width, height, mark.link, options as object);
    else if (mark.goTo !== undefined) doc.goTo(x, top, width, height, mark.goTo, options as object);
  };
}

/** Where letters are in the height of a line. */
const BASELINE = 0.75;
