/** What is an object of fields. Arrays are not. */

/** @internal */
export const isRecord = (u: unknown): u is { readonly [field: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)
