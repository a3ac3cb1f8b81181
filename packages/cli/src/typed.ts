/** `--schema`: an answer that is a value, checked before it is printed. */
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as StructuredOutput from "@effect-zhipu/client/StructuredOutput"
import type { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Summary } from "./answer.js"
import { type BrokenPipe, Reported } from "./errors.js"
import { exitCodes } from "./exitCode.js"
import { say } from "./language.js"
import { Output } from "./output.js"
import * as Progress from "./progress.js"
import { problems, unchecked } from "./schema/validate.js"
import { harmless } from "./text.js"

/** A JSON Schema as the client takes one. */
const schemaOf = (jsonSchema: unknown): Schema.Schema<unknown> =>
  Schema.declare(
    [],
    {
      decode: () => (value, _, ast) => {
        const wrong = problems(jsonSchema, value)
        return wrong.length === 0
          ? ParseResult.succeed(value)
          : ParseResult.fail(new ParseResult.Type(ast, value, wrong.slice(0, 20).join("\n")))
      },
      encode: () => (value) => ParseResult.succeed(value)
    },
    { jsonSchema: Object(jsonSchema) }
  )

/** Asks for a value of a JSON Schema, again where it does not fit, and prints it as JSON. @internal */
export const show = (
  jsonSchema: unknown,
  request: ChatRequest,
  progress: Progress.State,
  summary: Summary
): Effect.Effect<void, ZhipuError | BrokenPipe | Reported, ZhipuChat | Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const words = [...unchecked(jsonSchema)]
    if (words.length > 0) yield* output.notice(say("schemaUnchecked", { words: words.join(", ") }))
    Progress.begin(progress)
    yield* Progress.watch(output, progress)
    const { completion, value } = yield* StructuredOutput.generate({ request, schema: schemaOf(jsonSchema) }).pipe(
      Effect.catchTag("StructuredOutputError", ({ attempts, issue, text }) =>
        Effect.zipRight(
          output.notice(
            say("schemaMismatch", { attempts, issue: harmless(issue) }),
            ...(text === "" ? [] : [say("schemaAnswer", { text: harmless(text) })])
          ),
          Effect.fail(new Reported({ exitCode: exitCodes.other }))
        )
      )
    )
    summary.model = completion.model
    summary.usage = completion.usage
    summary.text = ChatCompletion.text(completion)
    yield* output.out(`${JSON.stringify(value, null, output.stdoutIsTty ? 2 : 0)}\n`)
  }).pipe(Effect.scoped)
