/** Objects of fields, and what their fields tell. */

/** Arrays are none. @internal */
export const isRecord = (u: unknown): u is { readonly [field: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

/** Whether JSON tells nothing there: `null` is as good as no field. @internal */
export const isAbsent = (u: unknown): u is null | undefined => u === undefined || u === null

/** Without the fields that are not known: whoever looks at a failure or a document does not see names that say nothing. @internal */
export const defined = <A extends object>(fields: A): A =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as A
