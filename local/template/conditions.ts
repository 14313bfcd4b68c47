import { isObject, type Json, TemplateError } from "./values.ts";

/** What a condition needs from the template around it. */
export interface ConditionScope {
  /** Resolves a value within a condition. */
  value(value: Json, path: string): unknown;
  /** The condition of that name. */
  named(name: string, path: string): boolean;
}

/**
 * Evaluates a CloudFormation condition expression.
 * @throws TemplateError for a function that conditions do not have
 */
export function evaluateCondition(expression: Json, path: string, scope: ConditionScope): boolean {
  const [entry, ...more] = isObject(expression) ? Object.entries(expression) : [];
  if (!entry || more.length > 0) throw new TemplateError(path, "a condition must be one function call");
  const [name, argument] = entry;
  const parts = Array.isArray(argument) ? argument : [argument];
  const all = () => parts.map((part, index) => evaluateCondition(part, `${path}.${name}[${index}]`, scope));
  switch (name) {
    case "Fn::Equals": {
      const [left, right] = parts.map((part) => JSON.stringify(scope.value(part, path)));
      return left === right;
    }
    case "Fn::And":
      return all().every(Boolean);
    case "Fn::Or":
      return all().some(Boolean);
    case "Fn::Not":
      return !all()[0];
    case "Condition":
      return scope.named(String(argument), path);
    default:
      throw new TemplateError(path, `the embedded stack does not know the condition ${name}`);
  }
}
