/**
 * What the service sends, from two sources: samples of our own, which are always there, and recordings of the real service,
 * which may lie beside the repository and are never copied into it. Tests run over each source that is there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { samples } from "./samples.js"

export interface Payloads {
  /** What a test calls one of them, before its number. */
  readonly name: "sample" | "recording"
  /** The text of the payload with this number, `"01"` to `"30"`. */
  readonly text: (number: string) => string
  readonly bytes: (number: string) => Uint8Array
  readonly json: (number: string) => unknown
  /** As the service declares it. */
  readonly contentType: (number: string) => string
  /** The body of the request that led to it. */
  readonly request: (number: string) => Readonly<Record<string, unknown>>
}

const make = (
  name: Payloads["name"],
  text: (number: string) => string,
  isStream: (number: string) => boolean,
  request: Payloads["request"]
): Payloads => ({
  name,
  text,
  bytes: (number) => new TextEncoder().encode(text(number)),
  json: (number) => JSON.parse(text(number)),
  contentType: (number) => (isStream(number) ? "text/event-stream;charset=UTF-8" : "application/json; charset=UTF-8"),
  request
})

const sample = (number: string) => {
  const found = samples[number]
  if (found === undefined) throw new Error(`There is no sample ${number}`)
  return found
}

const ours = make(
  "sample",
  (number) => sample(number).text,
  (number) => sample(number).kind === "stream",
  (number) => sample(number).request ?? {}
)

const folder = fileURLToPath(new URL("../../../../../shared/recordings/", import.meta.url))

const files: ReadonlyArray<string> = existsSync(folder) ? readdirSync(folder) : []

const file = (number: string, isRequest: boolean): string => {
  const found = files.find((name) => name.startsWith(`${number}-`) && name.endsWith(".request.json") === isRequest)
  if (found === undefined) throw new Error(`There is no recording ${number}`)
  return found
}

const recorded = make(
  "recording",
  (number) => readFileSync(folder + file(number, false), "utf8"),
  (number) => file(number, false).endsWith(".sse"),
  (number) => Object(JSON.parse(readFileSync(folder + file(number, true), "utf8")))
)

/** All sources that are there. */
export const payloads: ReadonlyArray<Payloads> = files.length > 0 ? [ours, recorded] : [ours]
