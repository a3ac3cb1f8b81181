/** Runs the suite in Node, Bun or Deno and prints a line of JSON for each case: program.mjs ORIGIN [fetch|undici] */
// Not by the barrel of platform, whose msgpackr reads the environment: Deno asks for a permission then.
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect } from "effect"
import { runAll } from "./case.js"
import { suite } from "./suite.js"

const [origin = "", transport = "fetch"] = process.argv.slice(2)

const http =
  transport === "undici" ? (await import("@effect-zhipu/node")).UndiciHttpClient.layer : FetchHttpClient.layer

await runAll(suite, origin, (outcome) => console.log(JSON.stringify(outcome))).pipe(
  Effect.provide(http),
  Effect.runPromise
)
console.log("end")
