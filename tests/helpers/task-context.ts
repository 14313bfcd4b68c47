/**
 * The contexts of a task's code without an engine, as the package has them for tests of others.
 *
 * @module
 */

export { runToEnd, stateLeftBy, taskContext } from "../../framework/testing.ts";
