/** The vendor's OpenAPI document, which lies beside the repository and is never copied into it; and a check of requests against it. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export type Json = { readonly [key: string]: ReturnType<typeof JSON.parse> }

const file = fileURLToPath(
  new URL("../../../../../shared/openapi/openapi-bigmodel.cn-2026-07-11.json", import.meta.url)
)

/** Whether the document is here; says so where it is not. */
export const present = existsSync(file)

if (!present) console.log(`Tests against the OpenAPI document are skipped: there is none at ${file}`)

const document: Json = present ? JSON.parse(readFileSync(file, "utf8")) : { paths: {}, components: { schemas: {} } }

/** `POST /paas/v4/embeddings` and so on. */
export const operations: ReadonlyArray<string> = Object.entries<Json>(document["paths"]).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
)

/** Which operation a request of this path is for, in the words of the document. */
export const operationOf = (method: string, path: string): string | undefined =>
  operations.find((operation) => {
    const [verb, template = ""] = operation.split(" ")
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`)
    return verb === method && pattern.test(path)
  })

const resolve = (schema: Json): Json =>
  typeof schema["$ref"] === "string"
    ? resolve(document["components"].schemas[schema["$ref"].split("/").at(-1) ?? ""])
    : schema

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value

const isObject = (value: unknown): value is Json => typeOf(value) === "object"

/** The fields that a schema knows, with those of the schemas that it is made of. */
const namesOf = (given: Json): ReadonlyArray<string> => {
  const schema = resolve(given)
  const parts: ReadonlyArray<Json> = [
    ...(schema["allOf"] ?? []),
    ...(schema["oneOf"] ?? []),
    ...(schema["anyOf"] ?? [])
  ]
  return [...Object.keys(schema["properties"] ?? {}), ...parts.flatMap(namesOf)]
}

/**
 * What of a value does not fit a schema: a place and a reason each. `beside` are fields that a schema knows of which this one is a part.
 */
const problems = (
  given: Json,
  value: unknown,
  at: string,
  beside: ReadonlyArray<string> = []
): ReadonlyArray<string> => {
  const schema = resolve(given)
  const { allOf, anyOf, enum: words, items, maxItems, maxLength, maximum, minItems, minLength, minimum, oneOf } = schema
  const found: Array<string> = []
  const type: unknown = schema["type"]
  const actual = typeOf(value)
  // A file is shown by what it is.
  if (schema["format"] === "binary") return isObject(value) && "sha256" in value ? [] : [`${at}: no file`]
  if (type !== undefined && type !== actual && !(type === "number" && actual === "integer")) {
    return [`${at}: ${actual}, not ${String(type)}`]
  }
  if (Array.isArray(words) && !words.includes(value)) found.push(`${at}: ${JSON.stringify(value)} is none of the words`)
  if (typeof value === "string") {
    if (maxLength !== undefined && value.length > maxLength) found.push(`${at}: longer than ${maxLength}`)
    if (minLength !== undefined && value.length < minLength) found.push(`${at}: shorter than ${minLength}`)
  }
  if (typeof value === "number") {
    if (maximum !== undefined && value > maximum) found.push(`${at}: above ${maximum}`)
    if (minimum !== undefined && value < minimum) found.push(`${at}: below ${minimum}`)
  }
  if (Array.isArray(value)) {
    if (maxItems !== undefined && value.length > maxItems) found.push(`${at}: more than ${maxItems}`)
    if (minItems !== undefined && value.length < minItems) found.push(`${at}: fewer than ${minItems}`)
    if (items !== undefined) value.forEach((item, index) => found.push(...problems(items, item, `${at}[${index}]`)))
  }
  if (isObject(value)) {
    for (const name of schema["required"] ?? []) if (!(name in value)) found.push(`${at}.${name}: missing`)
    const known: Json = schema["properties"] ?? {}
    const names = [...namesOf(schema), ...beside]
    for (const [name, field] of Object.entries(value)) {
      if (known[name] !== undefined) found.push(...problems(known[name], field, `${at}.${name}`))
      else if (names.length > 0 && !names.includes(name) && schema["additionalProperties"] === undefined) {
        found.push(`${at}.${name}: unknown`)
      }
    }
  }
  const all = [...namesOf(schema), ...beside]
  for (const one of allOf ?? []) found.push(...problems(one, value, at, all))
  const choices: ReadonlyArray<Json> = oneOf ?? anyOf ?? []
  if (choices.length > 0) {
    const tried = choices.map((choice) =>
      problems(choice, value, at, [
        ...Object.keys(schema["properties"] ?? {}),
        ...(allOf ?? []).flatMap(namesOf),
        ...beside
      ])
    )
    // The nearest choice tells what is wrong.
    if (!tried.some((list) => list.length === 0))
      found.push(...(tried.toSorted((a, b) => a.length - b.length)[0] ?? []))
  }
  return found
}

/** What of a request the document does not know, or takes otherwise. */
export const check = (
  operation: string,
  request: { readonly body: unknown; readonly query: Readonly<Record<string, string>> }
): ReadonlyArray<string> => {
  const [method = "", path = ""] = operation.split(" ")
  const described: Json = document["paths"][path][method.toLowerCase()]
  const parameters: ReadonlyArray<Json> = (described["parameters"] ?? []).filter((one: Json) => one["in"] === "query")
  const query = Object.keys(request.query).flatMap((name) =>
    parameters.some((one) => one["name"] === name) ? [] : [`query.${name}: unknown`]
  )
  const missing = parameters.flatMap((one) =>
    one["required"] === true && request.query[one["name"]] === undefined ? [`query.${one["name"]}: missing`] : []
  )
  const [content] = Object.values<Json>(described["requestBody"]?.content ?? {})
  const body =
    content === undefined
      ? request.body === undefined
        ? []
        : ["body: there is none"]
      : problems(content["schema"], request.body, "body")
  return [...query, ...missing, ...body]
}
