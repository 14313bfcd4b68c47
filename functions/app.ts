/**
 * What the functions run: here the catalog of this repository. The bundles of an application with tasks of its own have
 * another module in this one's place, which infra/own-app.ts writes.
 *
 * @module
 */

import type { AnyTaskModule } from "../shared/engine/worker/context.ts";

export { catalog } from "../contracts/catalog.ts";

/** The application's own tasks on the queue of this function, by name. */
export const modules: Readonly<Record<string, AnyTaskModule>> = {};

/** The queue of this function, when the application alone has it. */
export const queue: string = "";
