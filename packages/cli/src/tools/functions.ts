/** Functions of a module that the model may call: what `--functions` names. */
import * as Tool from "@effect-zhipu/client/Tool"
import * as Toolkit from "@effect-zhipu/client/Toolkit"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { UsageError } from "../errors.js"
import { say } from "../language.js"
import { printable } from "../text.js"

type Parameters = Readonly<Record<string, unknown>>

type Function = (parameters: Parameters, options: { readonly signal: AbortSignal }) => unknown

type FunctionTool = Tool.Definition<string, Schema.Schema<Parameters>, Schema.Schema<string>, Schema.Schema<string>>

/** @internal */
export type Tools = { readonly [name: string]: FunctionTool }

/** @internal */
export interface Functions {
  readonly toolkit: Toolkit.Toolkit<Tools>
  readonly handlers: Layer.Layer<Toolkit.HandlersFor<Tools>>
}

/** As long as a call may take, and as much as an answer may say. Those of servers have the same limits. */
const timeout = "1 minute"
const maxText = 50_000

interface Exported {
  readonly name: string
  readonly tool: FunctionTool
  readonly run: Function
}

const Parameters = Schema.Record({ key: Schema.String, value: Schema.Unknown })

const reasonOf = (error: unknown): string => {
  const code = Predicate.isRecord(error) ? error["code"] : undefined
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") return say("functionsWantNode22")
  return printable(error instanceof Error ? error.message : String(error)).slice(0, 500)
}

/** What a module exports under a name, where that is a function for the model. */
const exported = (path: string, name: string, value: unknown): Effect.Effect<ReadonlyArray<Exported>, UsageError> =>
  Effect.suspend(() => {
    if (!Predicate.isRecord(value) || typeof value["run"] !== "function") return Effect.succeed([])
    const { approval, description, parameters = { type: "object", properties: {} }, run } = value
    const problem =
      typeof description !== "string"
        ? "description"
        : !Predicate.isRecord(parameters) || parameters["type"] !== "object"
          ? "parameters"
          : approval !== undefined && typeof approval !== "boolean"
            ? "approval"
            : undefined
    if (problem !== undefined || typeof description !== "string" || !Predicate.isRecord(parameters)) {
      return new UsageError({
        message: say("functionsMisshapen", { path: printable(path), name, field: `${problem}` })
      })
    }
    return Effect.try({
      try: () => [
        {
          name,
          run: run as Function,
          tool: Tool.make(name, {
            description,
            parameters: Parameters.annotations({ jsonSchema: { ...parameters } }),
            success: Schema.String,
            failure: Schema.String,
            timeout,
            policy: "tell",
            needsApproval: typeof approval === "boolean" ? approval : undefined
          })
        }
      ],
      catch: (error) => new UsageError({ message: `--functions ${printable(path)}: ${reasonOf(error)}` })
    })
  })

/** @internal */
export const load = (paths: ReadonlyArray<string>): Effect.Effect<Functions, UsageError> =>
  Effect.gen(function* () {
    const all: Array<Exported> = []
    // What a function tells by the way would stand within the answer, or within the JSON of it.
    if (paths.length > 0) console.log = console.info = console.debug = console.error
    for (const path of paths) {
      const module = yield* Effect.tryPromise({
        try: (): Promise<Record<string, unknown>> => import(pathToFileURL(Path.resolve(path)).href),
        catch: (error) =>
          new UsageError({ message: say("functionsUnreadable", { path: printable(path), reason: reasonOf(error) }) })
      })
      const found = yield* Effect.forEach(Object.entries(module), ([name, value]) => exported(path, name, value))
      if (found.flat().length === 0) {
        return yield* new UsageError({ message: say("functionsNone", { path: printable(path) }) })
      }
      all.push(...found.flat())
    }
    const toolkit = yield* Effect.try({
      try: (): Toolkit.Toolkit<Tools> => Toolkit.make(...all.map(({ tool }) => tool)),
      catch: (error) => new UsageError({ message: `--functions: ${reasonOf(error)}` })
    })
    const handlers = Object.fromEntries(all.map(({ name, run }) => [name, handlerOf(run)]))
    return { toolkit, handlers: toolkit.toLayer(handlers) }
  })

const handlerOf =
  (run: Function) =>
  (parameters: Parameters): Effect.Effect<string, string> =>
    Effect.tryPromise({ try: async (signal) => textOf(await run(parameters, { signal })), catch: reasonOf })

const textOf = (result: unknown): string => {
  const text = typeof result === "string" ? result : (JSON.stringify(result) ?? "null")
  return text.length > maxText
    ? `${text.slice(0, maxText)}\n[cut here: these are the first ${maxText} of ${text.length} characters]`
    : text
}
