/** Runs the suite in a page, and writes a line of JSON for each case to its console. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect } from "effect"
import { runAll } from "./case.js"
import { suite } from "./suite.js"

await runAll(suite, location.origin, (outcome) => console.log(JSON.stringify(outcome))).pipe(
  Effect.provide(FetchHttpClient.layer),
  Effect.runPromise
)
console.log("end")
