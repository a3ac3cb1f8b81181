/** `zhipu "<prompt>"`: asks, and shows the answer. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type * as Message from "@effect-zhipu/client/Message"
import * as Tool from "@effect-zhipu/client/RequestTool"
import type { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import type * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ToolError } from "@effect-zhipu/client/ToolError"
import type { McpError } from "@effect-zhipu/mcp/McpError"
import type { FaultParseError } from "@effect-zhipu/testing/Fault"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import { type ConfigError, InvalidData } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import * as Fs from "node:fs"
import * as Answer from "../answer.js"
import * as Attachments from "../attachments.js"
import * as Connect from "../connect.js"
import * as DryRun from "../dryRun.js"
import { BlockedError, type BrokenPipe, type Reported, UsageError } from "../errors.js"
import * as Input from "../input.js"
import * as Keeping from "../keeping.js"
import { say } from "../language.js"
import { Output, type Service as OutputService } from "../output.js"
import type * as Progress from "../progress.js"
import * as Render from "../render.js"
import * as Source from "../schema/source.js"
import * as Templates from "../templates.js"
import { printable } from "../text.js"
import type { Question } from "../tools/approval.js"

/** @internal */
export interface Options extends Answer.Options, Keeping.Options, Templates.Asked {
  readonly prompt: ReadonlyArray<string>
  readonly model: string | undefined
  readonly system: string | undefined
  readonly messages: string | undefined
  /** Paths and URLs. */
  readonly file: ReadonlyArray<string>
  readonly tools: string | undefined
  /** Files of MCP servers, and modules with functions. */
  readonly mcp: ReadonlyArray<string>
  readonly functions: ReadonlyArray<string>
  readonly yesTools: string | undefined
  /** A file of JSON Schema, or fields. */
  readonly schema: string | undefined
  readonly search: boolean
  readonly thinking: "enabled" | "disabled" | undefined
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly maxTokens: number | undefined
  readonly auth: ZhipuConfig.AuthKind | undefined
  readonly baseUrl: string | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
  readonly keyStdin: boolean
  readonly dryRun: boolean
  readonly simulate: boolean
  readonly fault: string | undefined
  readonly verbose: boolean
}

const model = Config.withDefault(Config.string("ZHIPU_MODEL"), "").pipe(
  Config.map((name) => (name.trim() === "" ? Answer.defaultModel : name.trim()))
)

const system = Config.withDefault(Config.string("ZHIPU_SYSTEM"), "").pipe(
  Config.map((text) => (text.trim() === "" ? undefined : text))
)

const thinking = Config.withDefault(Config.string("ZHIPU_THINKING"), "").pipe(
  Config.mapOrFail((value): Either.Either<Options["thinking"], ConfigError> => {
    const word = value.trim().toLowerCase()
    if (word === "" || word === "enabled" || word === "disabled") return Either.right(word === "" ? undefined : word)
    return Either.left(
      InvalidData(["ZHIPU_THINKING"], say("settingTakes", { name: "ZHIPU_THINKING", values: "enabled, disabled" }))
    )
  })
)

const isReasoningHidden = (options: Options): Effect.Effect<boolean, ConfigError> =>
  options.noReasoning
    ? Effect.succeed(true)
    : Config.withDefault(Config.string("ZHIPU_REASONING"), "").pipe(
        Config.mapOrFail((value) => {
          const word = value.trim().toLowerCase()
          if (["", "show", "hide"].includes(word)) return Either.right(word === "hide")
          const said = say("settingTakes", { name: "ZHIPU_REASONING", values: "show, hide" })
          return Either.left(InvalidData(["ZHIPU_REASONING"], said))
        })
      )

/** The pages that were found are told after the answer. */
const webSearch = Tool.webSearch({ enable: true, search_engine: "search_pro", search_result: true })

/** Options that exclude each other. */
const conflict = (options: Options): string | undefined => {
  if (options.json && options.jsonl) return say("chooseJson")
  if (options.markdown && options.noMarkdown) return say("chooseMarkdown")
  if (options.messages !== undefined && (options.last || options.continue !== undefined)) {
    return say("chooseContinueOrMessages")
  }
  if (hasTools(options)) {
    if (options.tools !== undefined) return say("chooseToolsOrMcp")
    if (options.noStream || options.dryRun) return say("toolsNeedStream")
  } else if (options.yesTools !== undefined) return say("yesToolsAlone")
  const { extract, json, jsonl, noStream, schema, search, tools } = options
  if (
    schema !== undefined &&
    (json || jsonl || extract || noStream || search || tools !== undefined || hasTools(options))
  ) {
    return say("chooseSchema")
  }
  if (extract && (json || jsonl)) return say("chooseExtract")
  if (options.noStream && options.jsonl) return say("jsonlStreams")
  if (options.noStream && options.toolStream) return say("toolStreamStreams")
  return undefined
}

const hasTools = ({ functions, mcp }: Options): boolean => mcp.length > 0 || functions.length > 0

/** Loaded only here, as most who ask have no tools. */
const loadTools = (options: Options, output: OutputService) =>
  Effect.gen(function* () {
    if (!hasTools(options)) return undefined
    const { atTerminal, load, make } = yield* Effect.promise(() => import("../tools/asking.js"))
    const loaded = yield* load(options, output)
    return {
      atTerminal: atTerminal(output),
      make: (question: Question | undefined, progress: Progress.State) =>
        make(loaded, options, question, output, progress)
    }
  })

const noPrompt = say("noPrompt")

const requestOf = (given: Options): Effect.Effect<Asked, UsageError | ConfigError, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const problem = conflict(given)
    if (problem !== undefined) return yield* new UsageError({ message: problem })
    const { options, promptOf } = yield* Templates.apply(given)
    const goesOn = options.last || options.continue !== undefined
    const keeping = goesOn ? yield* Keeping.make(options, output) : undefined
    const before = keeping?.before
    const modelName = options.model ?? before?.model ?? (yield* model)
    const attached = yield* Attachments.loadAll("--file", options.file, modelName)
    const fromDash = options.messages === "-"
    const dashPrompt = options.prompt.length === 1 && options.prompt[0] === "-"
    const piped = yield* Input.readStdin(
      {
        wanted: fromDash || dashPrompt,
        keyStdin: options.keyStdin,
        dispensable: options.prompt.length > 0 || options.messages !== undefined
      },
      output
    )
    const turns =
      options.messages === undefined
        ? (before?.messages ?? [])
        : yield* Input.readMessages(options.messages, piped.text)
    const prompt = yield* promptOf(
      Input.joinPrompt(fromDash ? "" : piped.text, dashPrompt ? "" : options.prompt.join(" "))
    )
    if (attached.length > 0 && prompt === "") {
      return yield* new UsageError({ message: say("fileNeedsPrompt") })
    }
    if (goesOn && prompt === "") return yield* new UsageError({ message: noPrompt })
    const messages = Input.conversation({
      system: options.system ?? before?.system ?? (turns[0]?.role === "system" ? undefined : yield* system),
      turns,
      prompt: Attachments.contentOf(attached, prompt)
    })
    if (messages.every((message) => message.role === "system")) {
      return yield* new UsageError({ message: noPrompt })
    }
    const schema = options.schema === undefined ? undefined : yield* Source.read(options.schema)
    const tools = [
      ...(options.tools === undefined ? [] : yield* Input.readTools(options.tools)),
      ...(options.search ? [webSearch] : [])
    ]
    // What a shell makes of `-f *.png`.
    const [word] = options.prompt
    if (attached.length > 0 && options.prompt.length > 1 && word !== undefined && Fs.existsSync(word)) {
      yield* output.notice(say("takenForPrompt", { word: printable(word) }))
    }
    yield* Attachments.announce(attached, modelName, output, output.stderrIsTty || options.verbose)
    const thinkingType = options.thinking ?? (yield* thinking)
    const request: ChatRequest = {
      model: modelName,
      messages,
      ...(tools.length === 0 ? {} : { tools }),
      ...(thinkingType === undefined ? {} : { thinking: { type: thinkingType } }),
      ...(options.toolStream ? { tool_stream: true } : {}),
      ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
      ...(options.topP === undefined ? {} : { top_p: options.topP }),
      ...(options.maxTokens === undefined ? {} : { max_tokens: options.maxTokens })
    }
    return { request, key: piped.key, keeping, turns, schema, noReasoning: yield* isReasoningHidden(options) }
  })

interface Asked {
  readonly request: ChatRequest
  readonly key: string | undefined
  /** Where a conversation is gone on with. */
  readonly keeping: Keeping.Keeping | undefined
  /** What came before the prompt, without instructions that were given. */
  readonly turns: ReadonlyArray<Message.Message>
  /** A JSON Schema. */
  readonly schema: unknown
  readonly noReasoning: boolean
}

/** Keeps an answer that came whole. */
const keep = (
  options: Options,
  { key, keeping, request, turns }: Asked,
  summary: Answer.Summary,
  isSimulated: boolean
): Effect.Effect<void, UsageError | ConfigError, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const last = request.messages.at(-1)
    const isBlocked = summary.notable.some((event) => event._tag === "Finished" && event.reason === "sensitive")
    if (last?.role !== "user" || summary.text === "" || isBlocked) return
    const { before, open } = keeping ?? (yield* Keeping.make(options, output))
    const [first] = request.messages
    const system = first?.role === "system" && typeof first.content === "string" ? first.content : undefined
    const earlier = turns.filter((turn) => turn !== last && turn.role !== "system")
    const writer = open(before?.id, { model: request.model, system, messages: earlier }, key)
    if (writer === undefined) return
    const { turnLine } = yield* Effect.promise(() => import("../store/lines.js"))
    const messages = [last, { role: "assistant", content: summary.text } as const]
    const changed = before !== undefined && before.system !== system && system !== undefined
    const lines = [
      ...(changed ? [{ type: "system", system } as const] : []),
      turnLine(request.model, messages, summary.usage, isSimulated)
    ]
    yield* Keeping.add(writer, lines, output)
  })

/** `zhipu chat`. @internal */
export const runSession = (options: Options) =>
  Effect.gen(function* () {
    const output = yield* Output
    if (!isSession({ ...options, prompt: [], template: undefined }, output)) {
      return yield* new UsageError({ message: say("chatNeedsTerminal") })
    }
    return yield* session(options, output)
  })

/** @internal */
export const run = (
  options: Options
): Effect.Effect<
  void,
  ZhipuError | ToolError | McpError | ConfigError | UsageError | FaultParseError | BlockedError | BrokenPipe | Reported,
  Output
> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (isSession(options, output)) return yield* session(options, output)
    const asked = yield* requestOf(options)
    const { key, request } = asked
    if (options.dryRun) return yield* DryRun.print(options, request, key)
    const progress: Progress.State = { answered: false }
    const layer = connected(options, key, progress, output)
    const tools = yield* loadTools(options, output)
    const ask = tools?.make(tools.atTerminal, progress)
    const startedAt = yield* Clock.currentTimeMillis
    const summary = Answer.emptySummary()
    const { noReasoning, schema } = asked
    const shown: Effect.Effect<void, ZhipuError | ToolError | BrokenPipe | Reported, ZhipuChat | Output> =
      schema === undefined
        ? Answer.show({ ...options, noReasoning, ask }, request, progress, summary)
        : Effect.flatMap(
            Effect.promise(() => import("../typed.js")),
            (typed) => typed.show(schema, request, progress, summary)
          )
    const isSimulated = yield* shown.pipe(
      Effect.zipRight(Effect.map(Connect.Origin, ({ isSimulated }) => isSimulated)),
      Effect.provide(layer),
      Effect.ensuring(output.endLine),
      // What there is to say comes after the answer, also after one that broke off.
      Effect.ensuring(Effect.suspend(() => output.notice(...Render.notices(summary.notable))))
    )
    if (output.stderrIsTty || options.verbose) {
      const elapsed = (yield* Clock.currentTimeMillis) - startedAt
      yield* output.notice(Render.dimmed(Render.usageLine(summary.model, summary.usage, elapsed), output.color))
    }
    yield* keep(options, asked, summary, isSimulated)
    if (summary.notable.some((event) => event._tag === "Finished" && event.reason === "sensitive")) {
      return yield* new BlockedError()
    }
  }).pipe(Effect.scoped)

const connected = (options: Options, key: string | undefined, progress: Progress.State, output: OutputService) =>
  Connect.layer(
    {
      given: {
        ...(key === undefined ? {} : { apiKey: Redacted.make(key) }),
        ...(options.auth === undefined ? {} : { auth: options.auth }),
        ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
        ...(options.timeout === undefined ? {} : { deadlines: { total: options.timeout } })
      },
      fault: options.fault,
      simulate: options.simulate,
      isSeen: output.stdoutIsTty && !options.json && !options.jsonl,
      retry: (policy) => announced(policy ?? RetryPolicy.default, output, progress)
    },
    output
  )

/** Nothing is asked, and a person is there to ask. */
const isSession = (options: Options, output: OutputService): boolean =>
  options.prompt.length === 0 &&
  options.messages !== "-" &&
  options.template === undefined &&
  options.tools === undefined &&
  !options.keyStdin &&
  !options.dryRun &&
  !options.json &&
  !options.jsonl &&
  !options.noStream &&
  !options.extract &&
  options.schema === undefined &&
  process.stdin.isTTY &&
  output.stdoutIsTty

const session = (given: Options, output: OutputService) =>
  Effect.gen(function* () {
    const problem = conflict(given)
    if (problem !== undefined) return yield* new UsageError({ message: problem })
    const { isPrompt, options, promptOf } = yield* Templates.apply(given)
    const { run } = yield* Effect.promise(() => import("./session.js"))
    const progress: Progress.State = { answered: false }
    const keeping = yield* Keeping.make(options, output)
    const { before } = keeping
    const modelName = options.model ?? before?.model ?? (yield* model)
    const attached = yield* Attachments.loadAll("--file", options.file, modelName)
    yield* Attachments.announce(attached, modelName, output, true)
    const files = options.file.map((source, i) => ({ source, label: attached[i]?.label ?? source }))
    const start = {
      model: modelName,
      thinking: options.thinking ?? (yield* thinking),
      system: options.system ?? before?.system ?? (options.messages === undefined ? yield* system : undefined),
      layout: {
        markdown: options.markdown,
        noMarkdown: options.noMarkdown,
        noReasoning: yield* isReasoningHidden(options)
      },
      files,
      messages: options.messages === undefined ? [] : yield* Input.readMessages(options.messages, ""),
      prompt: options.prompt.length === 0 && !isPrompt ? "" : yield* promptOf(options.prompt.join(" "))
    }
    const settings = {
      ...(options.search ? { tools: [webSearch] } : {}),
      ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
      ...(options.topP === undefined ? {} : { top_p: options.topP }),
      ...(options.maxTokens === undefined ? {} : { max_tokens: options.maxTokens })
    }
    const tools = yield* loadTools(options, output)
    const asking = tools === undefined ? undefined : (question: Question) => tools.make(question, progress)
    yield* Effect.provide(
      run(start, settings, progress, keeping, asking),
      connected(options, undefined, progress, output)
    )
  }).pipe(Effect.scoped)

/** Says that a call is sent again, and when: an overload may be waited out for minutes. */
const announced = (
  policy: RetryPolicy.RetryPolicy,
  output: OutputService,
  progress: Progress.State
): RetryPolicy.RetryPolicy => {
  let error: ZhipuError | undefined
  return policy.pipe(
    Schedule.tapInput((input: ZhipuError) =>
      Effect.sync(() => {
        error = input
      })
    ),
    Schedule.onDecision((_, decision) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        // After the first event the client does not send again, whatever the policy says.
        if (error === undefined || progress.answered || !ScheduleDecision.isContinue(decision)) return Effect.void
        progress.retryAt = ScheduleIntervals.start(decision.intervals)
        const seconds = Math.max(0, progress.retryAt - now) / 1000
        const code = error.code === undefined ? "" : ` (${error.code})`
        return output.notice(say("askingAgain", { error: `${error._tag}${code}`, seconds: seconds.toFixed(1) }))
      })
    )
  )
}
