import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { SluiceStage } from "sluice/cdk";
import { catalog } from "../sluice/app.ts";

const app = new App();
const sluice = new SluiceStage(app, "Sluice", { catalog, entry: import.meta.resolve("../sluice/app.ts") });

// Your own stacks are beside it. They may use what the stage has, such as its address.
const website = new Stack(app, "Website");
new CfnOutput(website, "TasksUrl", { value: sluice.api.httpApi.apiEndpoint });
