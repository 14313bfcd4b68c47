/**
 * Where a model server's key is kept: an SSM parameter when the reference begins with a slash, as a parameter's path
 * does, or is a parameter's ARN; else a secret of Secrets Manager, by name or ARN. A secret whose own name begins with a
 * slash is given by its ARN.
 */
export const isParameter = (reference: string): boolean => /^(\/|arn:[^:]*:ssm:)/.test(reference);
