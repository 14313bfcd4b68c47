import type { Assembly, StackTemplate } from "./assembly.ts";
import { evaluateCondition } from "./conditions.ts";
import { type Identity, identify, type Place } from "./identities.ts";
import { resolve, type Scope } from "./intrinsics.ts";
import { isObject, type Json, type JsonObject, NO_VALUE, type Resolved, TemplateError } from "./values.ts";

/** A resource of the templates, its references resolved. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `Stack/LogicalId`, for messages. */
  readonly path: string;
  /** What `Ref` gives: a queue's URL, a table's or function's name. */
  readonly ref: string;
  /** @throws TemplateError when the type has no such attribute here */
  attribute(name: string): Json;
  /** @throws TemplateError when a property cannot be resolved */
  properties(): JsonObject;
}

/** The resources of all templates, with every reference resolved. */
export interface Deployment {
  readonly resources: readonly Resource[];
  /** Resources of these types, in template order. */
  ofType(...types: string[]): Resource[];
}

/** Resolves the templates as CloudFormation would if it deployed them to this place. */
export function deploy(assembly: Assembly, place: Place): Deployment {
  const exports = new Map<string, () => Json>();
  const resources = assembly.stacks.flatMap((stack) => resolveStack(stack, place, exports));
  return {
    resources,
    ofType: (...types) => resources.filter((resource) => types.includes(resource.type)),
  };
}

function resolveStack({ name: stack, template }: StackTemplate, place: Place, exports: Map<string, () => Json>) {
  const pseudo: Record<string, Resolved> = {
    "AWS::Region": place.region,
    "AWS::AccountId": place.account,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stack,
    "AWS::StackId": `arn:aws:cloudformation:${place.region}:${place.account}:stack/${stack}/local`,
    "AWS::NotificationARNs": [],
    "AWS::NoValue": NO_VALUE,
  };
  const identities = new Map<string, Identity>();
  const open = new Set<string>();

  const holds = (name: string, path: string): boolean => {
    const expression = template.Conditions[name];
    if (expression === undefined) throw new TemplateError(path, `there is no condition ${name}`);
    const at = `${stack}/Conditions.${name}`;
    return evaluateCondition(expression, at, {
      value: (value, valuePath) => resolve(value, valuePath, scope),
      named: holds,
    });
  };

  const identityOf = (logicalId: string, path: string): Identity => {
    const known = identities.get(logicalId);
    if (known) return known;
    const resource = template.Resources[logicalId];
    if (!resource) throw new TemplateError(path, `there is no resource or parameter ${logicalId}`);
    if (open.has(logicalId)) throw new TemplateError(path, `the name of ${logicalId} refers to itself`);
    open.add(logicalId);
    const property = (name: string) => {
      const value = resource.Properties[name];
      const resolved =
        value === undefined ? undefined : resolve(value, `${stack}/${logicalId}.Properties.${name}`, scope);
      return typeof resolved === "string" ? resolved : undefined;
    };
    const identity = identify({ stack, logicalId, type: resource.Type, property }, place);
    identities.set(logicalId, identity);
    open.delete(logicalId);
    return identity;
  };

  const scope: Scope = {
    ref(name, path) {
      const value = pseudo[name];
      if (value !== undefined) return value;
      const parameter = template.Parameters[name];
      if (!parameter) return identityOf(name, path).ref;
      if (parameter.Default === undefined) throw new TemplateError(path, `parameter ${name} has no default`);
      return parameter.Default;
    },
    attribute(logicalId, attribute, path) {
      const value = identityOf(logicalId, path).attributes[attribute];
      if (value !== undefined) return value;
      const type = template.Resources[logicalId]?.Type;
      throw new TemplateError(path, `the embedded stack knows no attribute ${attribute} of ${logicalId} (${type})`);
    },
    imported(exportName, path) {
      const value = exports.get(exportName);
      if (!value) throw new TemplateError(path, `no stack exports ${exportName}`);
      return value();
    },
    condition: holds,
    mapping([map, key, second], path) {
      const value = template.Mappings[map]?.[key]?.[second];
      if (value === undefined) throw new TemplateError(path, `there is no ${map}.${key}.${second} in Mappings`);
      return value;
    },
  };

  for (const [id, output] of Object.entries(template.Outputs)) {
    if (!output.Export) continue;
    const path = `${stack}/Outputs.${id}`;
    if (output.Condition !== undefined && !holds(output.Condition, path)) continue;
    const name = String(resolve(output.Export.Name, `${path}.Export.Name`, scope));
    exports.set(name, () => asJson(resolve(output.Value, `${path}.Value`, scope), path));
  }

  return Object.entries(template.Resources)
    .filter(([id, { Condition }]) => Condition === undefined || holds(Condition, `${stack}/${id}.Condition`))
    .map(([logicalId, resource]): Resource => {
      const path = `${stack}/${logicalId}`;
      return {
        stack,
        logicalId,
        type: resource.Type,
        path,
        get ref() {
          return identityOf(logicalId, path).ref;
        },
        attribute: (name) => scope.attribute(logicalId, name, path),
        properties() {
          const resolved = resolve(resource.Properties, `${path}.Properties`, scope);
          if (!isObject(resolved)) throw new TemplateError(path, "its properties are not an object");
          return resolved;
        },
      };
    });
}

function asJson(value: Resolved, path: string): Json {
  if (value === NO_VALUE) throw new TemplateError(path, "has no value");
  return value;
}
