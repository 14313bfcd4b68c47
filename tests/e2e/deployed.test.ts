import { z } from "zod";
import { blackBoxSuite } from "./suite/black-box.ts";
import { lacksSchema } from "./suite/lacks.ts";
import { Target } from "./suite/target.ts";

// tests/e2e/deployed.ts deploys the stacks and gives these.
const { E2E_URL, E2E_ADMIN_KEY, E2E_LACKS } = z
  .object({
    E2E_URL: z.url(),
    E2E_ADMIN_KEY: z.string(),
    E2E_LACKS: z.string().transform((text) => lacksSchema.parse(JSON.parse(text))),
  })
  .parse(process.env);

blackBoxSuite("deployed", new Target(E2E_URL, E2E_ADMIN_KEY), E2E_LACKS);
