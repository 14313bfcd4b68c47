import { lookup } from "node:dns/promises";
import { type Check, fail, ok } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { regionOf } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** A service that jobs call, and that not every region has. */
interface Service {
  /** As a person calls it. */
  readonly name: string;
  /** In its host name, as in `textract.eu-central-1.amazonaws.com`. */
  readonly host: string;
  /** The variable that AWS's SDKs take its endpoint from. */
  readonly endpoint: string;
  readonly isUsed: (settings: PlannedStage["settings"]) => boolean;
  /** What else must be so, and is known by a job alone. */
  readonly beside: string;
  readonly advice: string;
}

const services: readonly Service[] = [
  {
    name: "Amazon Bedrock",
    host: "bedrock-runtime",
    endpoint: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    isUsed: ({ LLM_BACKEND, LLM_FALLBACK_BACKEND }) => [LLM_BACKEND, LLM_FALLBACK_BACKEND].includes("bedrock"),
    beside: "; whether the account may use the model is known once it is deployed: `sluice doctor`",
    advice: "Deploy to a region that has it, or set another LLM_BACKEND.",
  },
  {
    name: "Amazon Textract",
    host: "textract",
    endpoint: "AWS_ENDPOINT_URL_TEXTRACT",
    isUsed: ({ OCR_ENGINE }) => OCR_ENGINE === "textract",
    beside: "",
    advice: "Deploy to a region that has it, or set OCR_ENGINE=tesseract.",
  },
];

/** Whether the region has the services that the stage's jobs call. Asks for their addresses alone. */
export async function checkRegionServices({ target, settings }: PlannedStage): Promise<Check[]> {
  const used = services.filter(({ isUsed }) => isUsed(settings));
  if (used.length === 0) return [];
  const { STSClient } = await import("@aws-sdk/client-sts");
  const region = await new STSClient(regionOf(target)).config.region();
  return await Promise.all(used.map((service) => checkService(service, region)));
}

async function checkService(service: Service, region: string): Promise<Check> {
  const { name, host, endpoint, beside, advice } = service;
  try {
    const given = process.env[endpoint];
    await lookup(given === undefined ? `${host}.${region}.amazonaws.com` : new URL(given).hostname);
    return ok(host, `${region} has ${name}${beside}`);
  } catch (error) {
    // A region without the service has no such host name.
    const isUnknown = error instanceof Error && "code" in error && error.code === "ENOTFOUND";
    return isUnknown ? fail(host, `${region} has no ${name}`, advice) : unanswered(host, error);
  }
}
