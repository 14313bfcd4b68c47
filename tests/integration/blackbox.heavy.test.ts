import { afterAll } from "vitest";
import { startStack } from "../../local/stack.ts";
import { blackBoxSuite } from "../e2e/suite/black-box.ts";
import { boundSettings } from "../e2e/suite/bounds.ts";
import { Target } from "../e2e/suite/target.ts";

// A sweep and a retry come after seconds here, after minutes where the suite runs on a deployed stage.
const stack = await startStack({ env: { WEBHOOK_ALLOW_LOOPBACK: "true", ...boundSettings }, timeScale: 60 });
afterAll(() => stack.stop());

blackBoxSuite("embedded", new Target(stack.url, stack.apiKey));
