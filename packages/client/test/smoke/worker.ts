/** Runs the suite in a Worker, and answers a request for /?origin=ORIGIN with a line of JSON for each case. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect } from "effect"
import { runAll } from "./case.js"
import { suite } from "./suite.js"

const fetchSuite = (request: Request): Response => {
  const origin = new URL(request.url).searchParams.get("origin") ?? ""
  const { readable, writable } = new TransformStream<string, string>()
  const writer = writable.getWriter()
  const write = (line: string) => void writer.write(`${line}\n`)
  void runAll(suite, origin, (outcome) => write(JSON.stringify(outcome)))
    .pipe(Effect.provide(FetchHttpClient.layer), Effect.runPromise)
    .then(
      () => {
        write("end")
        return writer.close()
      },
      (error: unknown) => writer.abort(error)
    )
  return new Response(readable.pipeThrough(new TextEncoderStream()))
}

// What is exported so, and by no other name, workerd takes for the Worker.
export default { fetch: fetchSuite }
