import { render } from "preact";
import { App } from "./app.tsx";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/cards.css";
import "./styles/buttons.css";
import "./styles/fields.css";
import "./styles/dialogs.css";
import "./styles/figures.css";
import "./styles/states.css";
import "./styles/tables.css";
import "./styles/job.css";
import "./styles/submit.css";
import "./styles/dead-letters.css";
import { applyTheme, theme } from "./theme.ts";

applyTheme(theme.get());
const root = document.getElementById("app");
if (root) render(<App />, root);
