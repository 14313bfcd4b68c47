import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type AlarmKind, type AlarmRule, alarmRule, runbookAnchor } from "../../contracts/monitoring/alarms.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

/** Properties of an alarm that links to its heading in the runbook. */
export interface RunbookAlarmProps {
  readonly config: StageConfig;
  readonly kind: AlarmKind;
  /** What it watches, such as a queue; part of the alarm's name. */
  readonly subject: string;
  /** What its description says of that. @default the subject */
  readonly about?: string;
  readonly metric: IMetric;
  readonly topic: ITopic | undefined;
  /** Other bounds than those of its kind, for a metric that has its value in another way. */
  readonly rule?: Pick<AlarmRule, "threshold" | "looks">;
}

const comparisons: Record<AlarmRule["fires"], ComparisonOperator> = {
  over: ComparisonOperator.GREATER_THAN_THRESHOLD,
  from: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
};

/** An alarm whose description names its heading in the runbook. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { config, kind, subject, about = subject, metric, topic, rule } = props;
    const { heading, threshold, fires, looks = 1, missingIsBad } = { ...alarmRule(kind), ...rule };
    super(scope, id, {
      alarmName: physicalName(config.stage, `${subject}-${runbookAnchor(kind)}`),
      alarmDescription: `${heading}: ${about}. What to do: ${config.runbookUrl}#${runbookAnchor(kind)}`,
      metric,
      threshold,
      evaluationPeriods: looks,
      comparisonOperator: comparisons[fires],
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (topic) this.addAlarmAction(new SnsAction(topic));
  }
}

/** The period of an alarm's metric. */
export const periodOf = (kind: AlarmKind): Duration => Duration.minutes(alarmRule(kind).minutes);
