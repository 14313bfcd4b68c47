import { isObject, type Json, type JsonObject, NO_VALUE, type Resolved, TemplateError } from "./values.ts";

/** What the intrinsic functions of one stack's template refer to. */
export interface Scope {
  ref(name: string, path: string): Resolved;
  attribute(logicalId: string, attribute: string, path: string): Json;
  imported(exportName: string, path: string): Json;
  condition(name: string, path: string): boolean;
  /** @param keys the mapping's name, its top-level key and its second-level key */
  mapping(keys: readonly [map: string, key: string, second: string], path: string): Json;
}

/**
 * Replaces every intrinsic function in a value of a CloudFormation template.
 * @param path where the value is, for error messages: `Stack/LogicalId.Properties...`
 * @throws TemplateError for a function the embedded stack does not know, or a reference to nothing
 */
export function resolve(value: Json, path: string, scope: Scope): Resolved {
  if (typeof value === "string" && value.includes("{{resolve:")) {
    throw new TemplateError(path, "the embedded stack does not resolve dynamic references");
  }
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, `${path}[${index}]`, scope))
      .filter((item): item is Json => item !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const [entry, ...more] = Object.entries(value);
  if (entry && more.length === 0 && (entry[0] === "Ref" || entry[0].startsWith("Fn::"))) {
    return call(entry, `${path}.${entry[0]}`, scope);
  }
  const resolved: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const result = resolve(item, `${path}.${key}`, scope);
    if (result !== NO_VALUE) resolved[key] = result;
  }
  return resolved;
}

function call([name, argument]: readonly [name: string, argument: Json], path: string, scope: Scope): Resolved {
  /** The arguments, resolved; a single one counts as a list of one. */
  const args = (): Json[] => list(resolve(Array.isArray(argument) ? argument : [argument], path, scope), path);
  switch (name) {
    case "Ref":
      return scope.ref(text(argument, path), path);
    case "Fn::GetAtt": {
      const [logicalId, attribute] = getAttArguments(argument, path);
      return scope.attribute(logicalId, text(resolve(attribute, path, scope), path), path);
    }
    case "Fn::Join": {
      const [separator, items] = args();
      return list(items, path)
        .map((item) => text(item, path))
        .join(text(separator, path));
    }
    case "Fn::Split": {
      const [separator, whole] = args();
      return text(whole, path).split(text(separator, path));
    }
    case "Fn::Select": {
      const [index, items] = args();
      const item = list(items, path)[Number(index)];
      if (item === undefined) throw new TemplateError(path, `there is no item ${JSON.stringify(index)}`);
      return item;
    }
    case "Fn::Sub":
      return substitute(argument, path, scope);
    case "Fn::ImportValue":
      return scope.imported(text(args()[0], path), path);
    case "Fn::Base64":
      return Buffer.from(text(args()[0], path)).toString("base64");
    case "Fn::FindInMap": {
      const [map, key, second] = args();
      return scope.mapping([text(map, path), text(key, path), text(second, path)], path);
    }
    case "Fn::If": {
      const [condition, yes = null, no = null] = list(argument, path);
      const holds = scope.condition(text(condition, path), path);
      return holds ? resolve(yes, `${path}[1]`, scope) : resolve(no, `${path}[2]`, scope);
    }
    default:
      throw new TemplateError(path, `the embedded stack does not know ${name}`);
  }
}

function substitute(argument: Json, path: string, scope: Scope): string {
  const [template, given] = Array.isArray(argument) ? argument : [argument];
  const variables = isObject(given) ? given : {};
  return text(template, path).replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const variable = variables[name];
    if (variable !== undefined) return text(resolve(variable, `${path}.${name}`, scope), path);
    const dot = name.indexOf(".");
    const value = dot < 0 ? scope.ref(name, path) : scope.attribute(name.slice(0, dot), name.slice(dot + 1), path);
    return text(value, path);
  });
}

function getAttArguments(argument: Json, path: string): [string, Json] {
  if (typeof argument === "string") {
    const dot = argument.indexOf(".");
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, attribute = null] = list(argument, path);
  return [text(logicalId, path), attribute];
}

function text(value: Resolved | undefined, path: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateError(
    path,
    `expected a string, found ${value === NO_VALUE ? "AWS::NoValue" : JSON.stringify(value)}`,
  );
}

function list(value: Resolved | undefined, path: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(path, "expected a list");
}
