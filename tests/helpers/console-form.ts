/**
 * Forms of the console, filled in as a person does.
 *
 * @module
 */

import type { Page } from "playwright-core";
import type { Json } from "../fixtures/family-inputs.ts";

/** Types a value into the form: inputs are called by their place in the request. */
export async function fillForm(page: Page, value: Json, path: string): Promise<void> {
  const field = page.locator(`:is(input, textarea, select)[name="${path}"]`);
  if ((await field.count()) > 0) {
    const isJson = (await field.getAttribute("class")) === "code";
    return await field.fill(isJson ? JSON.stringify(value) : String(value));
  }
  if (Array.isArray(value)) {
    const group = page.locator(`fieldset[name="${path}"]`);
    const [remove, add] = [group.locator(":scope > .list-item > button"), group.locator(":scope > button")];
    while ((await remove.count()) > 0) await remove.first().click();
    for (const [index, each] of (value as readonly Json[]).entries()) {
      await add.click();
      await fillForm(page, each, `${path}/${index}`);
    }
    return;
  }
  if (typeof value !== "object" || value === null) throw new Error(`The form has no field ${path}.`);
  for (const [name, each] of Object.entries(value)) await fillForm(page, each, `${path}/${name}`);
}
