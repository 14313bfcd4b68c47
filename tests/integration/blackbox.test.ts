import { afterAll } from "vitest";
import { startStack } from "../../local/stack.ts";
import { blackBoxSuite } from "../e2e/suite/black-box.ts";
import { Target } from "../e2e/suite/target.ts";

const stack = await startStack();
afterAll(() => stack.stop());

blackBoxSuite("embedded", new Target(stack.url, stack.apiKey));
