/** An answer of the model, asked for and shown: what asking once, a conversation and a replay have in common. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import type { ToolError } from "@effect-zhipu/client/ToolError"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Display from "./display.js"
import type { BrokenPipe } from "./errors.js"
import { say } from "./language.js"
import { Output } from "./output.js"
import * as Progress from "./progress.js"
import * as Render from "./render.js"
import type { Ask } from "./tools/asking.js"

/** The model that is asked where none is named. @internal */
export const defaultModel = "glm-4.6"

/** How an answer is asked for and shown. @internal */
export interface Options {
  readonly json: boolean
  readonly jsonl: boolean
  readonly noStream: boolean
  readonly toolStream: boolean
  readonly markdown: boolean
  readonly noMarkdown: boolean
  /** In place of the client alone, where the model has tools that are run. */
  readonly ask?: Ask | undefined
  /** What the model thinks is not shown. */
  readonly noReasoning: boolean
  /** Of the answer, the first block of code is printed alone. */
  readonly extract: boolean
}

/** What is kept of the events for the end. @internal */
export interface Summary {
  model: string | undefined
  usage: ChunkEvent.Usage["usage"] | undefined
  /** Warnings, pages of a web search and why the answer ended, which are printed after it. */
  readonly notable: Array<ChunkEvent.ChunkEvent>
  /** The content so far. */
  text: string
}

/** @internal */
export const emptySummary = (): Summary => ({ model: undefined, usage: undefined, notable: [], text: "" })

const note = (summary: Summary, event: ChunkEvent.ChunkEvent): void => {
  switch (event._tag) {
    case "Started":
      summary.model = event.model
      break
    case "ContentDelta":
      summary.text += event.text
      break
    case "Usage":
      summary.usage = event.usage
      break
    case "Warning":
    case "WebSearch":
    case "Finished":
      summary.notable.push(event)
      break
  }
}

/** Asks, shows the answer, and notes what is left to say. @internal */
export const show = (
  options: Options,
  request: ChatRequest,
  progress: Progress.State,
  summary: Summary
): Effect.Effect<void, ZhipuError | ToolError | BrokenPipe, ZhipuChat.ZhipuChat | Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    Progress.begin(progress)
    yield* Progress.watch(output, progress)
    const events = (
      options.ask !== undefined
        ? options.ask(request)
        : options.noStream
          ? Stream.fromIterableEffect(Effect.map(ZhipuChat.complete(request), Render.eventsOf))
          : ZhipuChat.stream(request)
    ).pipe(
      Stream.mapChunks((batch) => {
        for (const event of batch) {
          note(summary, event)
          Progress.note(progress, event, options.json || options.extract)
        }
        return batch
      })
    )
    if (options.json) {
      const completion =
        options.noStream && options.ask === undefined
          ? yield* Effect.tap(ZhipuChat.complete(request), (completion) =>
              Effect.sync(() => {
                for (const event of Render.eventsOf(completion)) note(summary, event)
              })
            )
          : yield* ChunkEvent.fold(events)
      return yield* output.out(`${JSON.stringify(completion, null, output.stdoutIsTty ? 2 : 0)}\n`)
    }
    if (options.extract) {
      const text = ChatCompletion.text(yield* ChunkEvent.fold(events))
      const { codeBlocks } = yield* Effect.promise(() => import("./codeBlocks.js"))
      const [block] = codeBlocks(text)
      if (block !== undefined) return yield* output.out(block)
      yield* output.out(text === "" || text.endsWith("\n") ? text : `${text}\n`)
      return yield* output.notice(say("noCodeBlock"))
    }
    if (options.jsonl) {
      return yield* Stream.runForEachChunk(events, (batch) => output.out(lines(batch)))
    }
    const renderer = Render.make({
      tty: output.stderrIsTty,
      color: output.color,
      toolStream: options.toolStream,
      noReasoning: options.noReasoning,
      columns: output.stderrIsTty && output.cursor ? () => output.size().columns : undefined,
      markdown: Display.isMarkdown(options, output)
    })
    const display = yield* Display.make(output)
    yield* Stream.runForEachChunk(events, (batch) => display(Array.from(batch).flatMap(renderer.add)))
    yield* display(renderer.end())
  }).pipe(Effect.scoped)

const lines = (batch: Chunk.Chunk<ChunkEvent.ChunkEvent>): string => {
  let text = ""
  for (const event of batch) text += `${JSON.stringify(event)}\n`
  return text
}
