// What tests say otherwise under @effect/vitest 4.
import { closing } from "../source.mjs"
import { fieldsOf } from "./effect.mjs"
import { calls, renamed, replaced } from "./rule.mjs"

const lastBefore =
  (name) =>
  (...args) =>
    args.length === 2 ? `${name}(${args[0]}, ${args[1]})` : `${name}(${args.join(", ")})`

/** What an error of the HTTP client tells is in its reason now. */
const reasons = {
  Transport: "TransportError",
  Decode: "DecodeError",
  StatusCode: "StatusCodeError",
  InvalidUrl: "InvalidUrlError",
  Encode: "EncodeError"
}

/** Filters of Schemas that only tests use, as checks. */
const filters = {
  startsWith: "isStartingWith",
  greaterThan: "isGreaterThan",
  lessThan: "isLessThan",
  multipleOf: "isMultipleOf",
  minItems: "isMinLength",
  maxItems: "isMaxLength"
}

/** The one reason of a cause, where a test says what it expects of it. */
const causes = (text) => {
  const found = [...text.matchAll(/\bcause: (\{ error: )/g)]
  return found.reduceRight((text, { 0: match, 1: inner, index }) => {
    const open = index + match.length - inner.length
    const close = closing(text, open)
    return `${text.slice(0, open)}{ reasons: [${text.slice(open, close + 1)}] }${text.slice(close + 1)}`
  }, text)
}

export const tests = [
  causes,
  // A tag has no accessors any more, and no test uses them.
  replaced(/\bEffect\.Tag\((?="[^"]*"\)<)/g, "Context.Tag("),
  ...Object.entries(filters).map(([filter, check]) =>
    calls(`Schema.${filter}`, (...args) => `Schema.check(Schema.${check}(${args.join(", ")}))`)
  ),
  calls("Schema.length", (length) => `Schema.check(Schema.isMinLength(${length}), Schema.isMaxLength(${length}))`),
  calls("Schema.TemplateLiteral", (...pieces) => `Schema.TemplateLiteral([${pieces.join(", ")}])`),
  calls("Schema.extend", (one, other) => `${one}.pipe(Schema.fieldsAssign(${other}.fields))`),
  calls("Schema.transformOrFail", (from, to, functions) => {
    const written =
      functions &&
      ["decode", "encode"].map((name) => `${name}: SchemaGetter.transformEffect(${fieldsOf(functions)[name]})`)
    return written && `${from}.pipe(Schema.decodeTo(${to}, { ${written.join(", ")} }))`
  }),
  renamed({
    "Schema.BooleanFromString":
      'Schema.Literals(["true", "false"]).pipe(Schema.decodeTo(Schema.Boolean, SchemaTransformation.transform({ decode: (text) => text === "true", encode: (value) => (value ? "true" : "false") })))',
    "Schema.Enums": "Schema.Enum",
    "Schema.NonNegative": "Schema.Number.check(Schema.isGreaterThanOrEqualTo(0))",
    "Schema.Positive": "Schema.Number.check(Schema.isGreaterThan(0))",
    "Schema.URL": "Schema.URLFromString",
    "Schema.UUID": "Schema.String.check(Schema.isUUID())"
  }),
  replaced(
    /exit\.cause\._tag === "Fail" \? exit\.cause\.error : exit/g,
    'exit.cause.reasons[0]?._tag === "Fail" ? exit.cause.reasons[0].error : exit'
  ),
  calls(
    "HttpServer.addressWith",
    (use) => `Effect.flatMap(HttpServer.HttpServer, (server) => (${use})(server.address))`
  ),
  replaced(
    /expect\(failureOf\(yield\* Effect\.exit\(pull\)\)\)\.toEqual\(Option\.none\(\)\)/g,
    'expect(yield* Pull.catchDone(Effect.as(pull, "more"), () => Effect.succeed("done"))).toBe("done")'
  ),
  replaced(
    /(?:Exit\.isFailure\((\w+)\) && )?Cause\.isFailType\(\w+\.cause\) \? (\w+)\.cause\.error : undefined/g,
    "Exit.isFailure($2) ? $2.cause.reasons.find(Cause.isFailReason)?.error : undefined"
  ),
  replaced(/Cause\.isFailType\(exit\.cause\)/g, "Cause.hasFails(exit.cause)"),
  // The two sides of a Result, where they are compared with what is expected.
  (text) =>
    /"Left"|"Right"|\bEither\b|\bleft: \{|\bright: "/.test(text)
      ? text
          .replaceAll('"Left"', '"Failure"')
          .replaceAll('"Right"', '"Success"')
          .replace(/(?<=[{,]\s*)left: (?=\{|(?:error|overloaded|empty) \})/g, "failure: ")
          .replace(/(?<=[{,]\s*)right: (?=\{|events \}|"sent")/g, "success: ")
          .replace(/(?<=exit\.value|outcome)\.left\b/g, ".failure")
          .replace(/(?<=exit\.value|outcome)\.right\b/g, ".success")
          .replace(/either\.left\b/g, "either.failure")
          .replace(/either\.right\b/g, "either.success")
          .replace(/(?<=\(\{ )left(?= \}\))/g, "failure: left")
          .replace(/(?<=\(\{ )right(?= \}\))/g, "success: right")
      : text,
  (text) =>
    text.includes("HttpClientError") ||
    /_tag: "(?:Request|Response)Error"|reason: "Transport"|reason: "Decode"/.test(text)
      ? text
          .replace(/_tag: "(?:Request|Response)Error"/g, '_tag: "HttpClientError"')
          .replace(
            /(?<!\brequest, )\breason: "(Transport|Decode|StatusCode|InvalidUrl|Encode)"/g,
            (_, name) => `reason: { _tag: "${reasons[name]}" }`
          )
      : text,
  calls(
    "Effect.filterOrDieMessage",
    (...args) => `Effect.filterOrElse(${[...args.slice(0, -1), `() => Effect.die(${args.at(-1)})`].join(", ")})`
  ),
  calls("Fiber.join", (fiber) => {
    const all = /^Fiber\.all\(([\s\S]*)\)$/.exec(fiber)
    return all === null ? undefined : `Fiber.joinAll(${all[1]})`
  }),
  replaced(
    /const exit = yield\* Fiber\.interrupt\((\w+)\)/g,
    "const exit = yield* Effect.andThen(Fiber.interrupt($1), Fiber.await($1))"
  ),
  replaced(/\bFiber\.void\b/g, "Effect.runFork(Effect.void)"),
  calls("Layer.fail", (error) => `Layer.effectDiscard(Effect.fail(${error}))`),
  // Properties of @effect/vitest are of Effect's own values now, and no more of those of fast-check.
  calls("it.prop", (title, values, body, options) => {
    const all = values.startsWith("[") ? `FastCheck.tuple(${values.slice(1, -1)})` : `FastCheck.record(${values})`
    return `it(${title}, async () => { await FastCheck.assert(FastCheck.asyncProperty(${all}, async (values) => (${body})(values)), (${options ?? "{}"}).fastCheck) })`
  }),
  ...["it.live", "it.effect"].map((kind) =>
    calls(`${kind}.prop`, (title, values, body, options) => {
      const all = values.startsWith("[") ? `FastCheck.tuple(${values.slice(1, -1)})` : `FastCheck.record(${values})`
      return `it(${title}, async () => { await FastCheck.assert(FastCheck.asyncProperty(${all}, async (values) => Effect.runPromise(Effect.scoped((${body})(values)))), (${options ?? "{}"}).fastCheck) })`
    })
  ),
  (text) =>
    text.includes("FastCheck.") && !/import [^"]*\bFastCheck\b(?! as)[^"]*from "/.test(text)
      ? `import * as FastCheck from "fast-check"\n${text}`
      : text,
  replaced(/\bHttpApp\b/g, "HttpEffect"),
  // Routes are layers.
  calls(
    "HttpRouter.empty.pipe",
    (...routes) =>
      `HttpRouter.serve(Layer.mergeAll(${routes.filter((route) => route !== "").join(", ")}), { disableLogger: true, disableListenLog: true })`
  ),
  (text) =>
    text
      .replace(/HttpRouter\.post\(/g, 'HttpRouter.add("POST", ')
      .replace(/HttpServer\.serve\((handlers|routes|app)\)/g, "$1"),
  // What makes values of a Schema is no part of fast-check now: a number of it is the seed.
  calls(
    "Arbitrary.make",
    (schema) =>
      `FastCheck.nat().map((seed) => Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(${schema}), { count: 1, seed }))[0])`
  ),
  // All packages are one.
  calls("compiled", (name) => (name === '"cli"' ? undefined : 'compiled("effect4")')),
  replaced(/"effect\/TestClock"/g, '"effect/testing/TestClock"'),
  replaced(/^ *\[Clock\.ClockTypeId\]: Clock\.ClockTypeId,\n/gm, ""),
  replaced(/\bunsafe(CurrentTime\w+): /g, (_, name) => `c${name.slice(1)}Unsafe: `),
  calls("Effect.timeoutTo", (options) => {
    const found = /onTimeout: (\(\) => [\s\S]*?),?\s*\}$/.exec(options ?? "")
    const duration = /duration: ("[^"]*"|\w+)/.exec(options ?? "")
    return found && duration && /onSuccess: \((\w+)\) => \1\b/.test(options)
      ? `Effect.timeoutOrElse({ duration: ${duration[1]}, orElse: () => Effect.succeed((${found[1]})()) })`
      : undefined
  }),
  calls("Logger.add", (logger) => `Logger.layer([${logger}], { mergeWithExisting: true })`),
  replaced(/logLevel\.label/g, "logLevel.toUpperCase()"),
  replaced(
    /Logger\.make\(\(\{ annotations, ([^}]*)\}\) => \{/g,
    "Logger.make(({ fiber, $1}) => {\n const annotations = Object.entries(fiber.getRef(References.CurrentLogAnnotations))"
  ),
  // What a metric is called and of what it is one.
  replaced(
    /yield\* Metric\.snapshot(?=\))/g,
    "yield* Effect.map(Metric.snapshot, (all) => all.map(({ attributes, id, state }) => ({ metricKey: { name: id, tags: Object.entries(attributes ?? {}).map(([key, value]) => ({ key, value })) }, metricState: state })))"
  ),
  replaced(/\bMetric\.value\((\w+\.backlog)\), \(\{ value \}\) => value\)/g, "Metric.value($1), ({ value }) => value)"),
  replaced(/\.unsafeInterruptAsFork\([\w.]+\.id\(\)\)/g, ".interruptUnsafe()"),
  replaced(/return yield\* fiber$/gm, "return yield* Fiber.join(fiber)"),
  replaced(/(?<![\w.])(server\.)?address\._tag === "TcpAddress"/g, '"port" in $1address'),
  replaced(/\.map\(Chunk\.fromIterable\)/g, ".map((batch) => Array.from(batch))"),
  // What is run beside is an Effect, and nothing else.
  calls("Effect.tap", (...args) => {
    const said = /^(\(\w*\)) => (void [\s\S]*)$/.exec(args.at(-1) ?? "")
    return said === null
      ? undefined
      : `Effect.tap(${[...args.slice(0, -1), `${said[1]} => Effect.sync(() => ${said[2]})`].join(", ")})`
  }),
  // As many values as one likes come of each.
  calls("Stream.mapAccum", (initial, step) =>
    step === undefined
      ? undefined
      : `Stream.mapAccum(() => ${initial}, (state, next) => { const [after, value] = (${step})(state, next); return [after, [value]] as const })`
  ),
  calls("Stream.runFold", (...args) => {
    const at = args.length - 2
    return args[at].startsWith("new ") ? `Stream.runFold(${args.with(at, `() => ${args[at]}`).join(", ")})` : undefined
  }),
  calls(
    "HttpClient.withTracerPropagation",
    (client, flag) =>
      `HttpClient.transform(${client}, (effect) => Effect.provideService(effect, HttpClient.TracerPropagationEnabled, ${flag}))`
  ),
  calls(
    "HttpClient.withTracerDisabledWhen",
    (client, test) =>
      `HttpClient.transform(${client}, (effect) => Effect.provideService(effect, HttpClient.TracerDisabledWhen, ${test}))`
  ),
  calls("Logger.replace", (_, logger) => `Logger.layer([${logger}])`),
  // In 4.0.5 `it.scoped` is vitest's own, and what stands in it does not run: the file is green.
  replaced(/(?<=Stream\.runHead,\s*)Effect\.flatten\b/g, "Effect.flatMap(Effect.fromOption)"),
  renamed({
    "it.scoped": "it.effect",
    "it.scopedLive": "it.live",
    "Inspectable.toJSON": "Inspectable.toJson",
    NodeContext: "NodeServices",
    "TestClock.currentTimeMillis": "Clock.currentTimeMillis",
    "Effect.withFiberRuntime": "Effect.withFiber",
    "Stream.runScoped": "Stream.run",
    "Context.unsafeMake": "Context.makeUnsafe",
    "Either.isEither": "Result.isResult",
    "LogLevel.None": '"None"',
    "LogLevel.All": '"All"',
    "Stream.repeatEffectChunk": "Stream.fromIterableEffectRepeat",
    "Stream.repeatEffect": "Stream.fromEffectRepeat",
    "Stream.fromChunks": "Stream.fromArrays",
    "Chunk.makeBy": "Arr.makeBy",
    "Runtime.runSync": "Effect.runSyncWith",
    "HttpClientRequest.bodyUnsafeJson": "HttpClientRequest.bodyJsonUnsafe",
    "Logger.jsonLogger": "Logger.formatJson",
    "Logger.logfmtLogger": "Logger.formatLogFmt",
    "Logger.stringLogger": "Logger.formatSimple",
    "Cause.isFailType": "Cause.isFailReason",
    "Cause.isDieType": "Cause.isDieReason",
    "Cause.isInterruptType": "Cause.isInterruptReason"
  }),
  replaced(/Effect\.yieldNow\(\)/g, "Effect.yieldNow"),
  replaced(/\bFiber\.poll\((\w+)\)/g, "Effect.sync(() => Option.fromNullishOr($1.pollUnsafe()))"),
  calls(
    "Effect.zipLeft",
    (...args) =>
      `Effect.tap(${args.map((arg, index) => (index === args.length - 1 ? `() => ${arg}` : arg)).join(", ")})`
  ),
  calls(
    "Effect.repeatN",
    (...args) => `Effect.repeat(${[...args.slice(0, -1), `{ times: ${args.at(-1)} }`].join(", ")})`
  ),
  (text) => {
    let count = 0
    const named = calls(
      "FiberRef.unsafeMake",
      (value) => `Context.Reference(\`test/\${import.meta.url}/${count++}\`, { defaultValue: () => ${value} })`
    )
    return named(text.replace(/FiberRef\.unsafeMake<([^()]*)>\(/g, "FiberRef.unsafeMake("))
  },
  calls("Effect.locally", lastBefore("Effect.provideService")),
  calls("Schedule.tapInput", (schedule, tell) => `Schedule.tap(${schedule}, ({ input }) => (${tell})(input))`),
  replaced(/\bChunk\.unsafeLast\((\w+)\)/g, "$1[$1.length - 1]"),
  calls("Chunk.make", (...elements) => `[${elements.join(", ")}]`),
  calls("Chunk.fromIterable", (from) => `Array.from(${from})`),
  calls("Logger.remove", () => "Logger.layer([])"),
  calls(
    "Logger.withMinimumLogLevel",
    (...args) =>
      `Effect.provideService(${[...args.slice(0, -1), "References.MinimumLogLevel", `${args.at(-1)}`].join(", ")})`
  ),
  calls(
    "Effect.withScheduler",
    (...args) => `Effect.provideService(${[...args.slice(0, -1), "Scheduler.Scheduler", args.at(-1)].join(", ")})`
  ),
  // A span is asked for with one argument now, and what goes around a fiber is no matter of the tracer.
  replaced(
    /native\.span\(\.\.\.(\w+)\)/g,
    "native.span({ name: $1[0], parent: $1[1], annotations: $1[2], links: $1[3], startTime: $1[4], kind: $1[5], ...$1[6] })"
  ),
  calls(
    "Tracer.make",
    (tracer) =>
      `Tracer.make(((given) => ({ span: ({ name, parent, annotations, links, startTime, kind, ...options }) => Object.assign(given.span(name, parent, annotations, links, startTime, kind, options), { annotations }) }))(${tracer}))`
  ),
  // Parameters of a tool of effect/ai are a Schema, and what an error tells is in its reason.
  (text) =>
    /from "@effect\/ai"/.test(text)
      ? text
          .replace(/(?<=[\n{]\s*)parameters: (\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/g, (found, fields) =>
            /Schema\.|: Place/.test(fields) ? `parameters: Schema.Struct(${fields})` : found
          )
          .replace(
            /_tag: "Malformed(Input|Output)"(,\s*description: expect\.\w+\((?:[^()]|\([^()]*\))*\))?/g,
            (_, which, description = "") =>
              `reason: { _tag: "Invalid${which === "Input" ? "Request" : "Output"}Error"${description} }`
          )
          // What led to it is in the words of the reason: one has no cause.
          .replace(/,\s*cause: \{ _tag: "Warning", code(?:: "\w+")? \}/g, "")
          .replace(
            /toBe\("Malformed(Input|Output)"\)/g,
            (_, which) =>
              `toMatchObject({ reason: { _tag: "Invalid${which === "Input" ? "Request" : "Output"}Error" } })`
          )
          .replace(/(?<=expect\(error)\?\._tag(?=\)\.toMatchObject)/g, "")
          .replace(/AiError\.MalformedOutput/g, "AiError.AiError")
          // The end of an answer is told when the handlers are done.
          .replace(/"finish",(\s*)("tool-result"(?:,\s*"tool-result")*)/g, '$2,$1"finish"')
          .replace(
            /(\{\s*type: "finish"(?:[^{}]|\{[^{}]*\})*\}),(\s*)(\{ type: "tool-result"[^{}]*\}(?:,\s*\{ type: "tool-result"[^{}]*\})*)/g,
            (found, finish, space, results) => (finish.includes("usage") ? found : `${results},${space}${finish}`)
          )
          .replace(/\btoolkitName: "OtherSearch"/g, 'customName: "OtherSearch"')
          // Usage is told in two parts.
          .replace(
            /\{\s*inputTokens: (\d+),\s*outputTokens: (\d+),\s*totalTokens: \d+(?:,\s*cachedInputTokens: (\d+))?(?:,\s*reasoningTokens: (\d+))?\s*\}/g,
            (_, input, output, cached, reasoning) =>
              `{ inputTokens: { total: ${input}${cached === undefined ? "" : `, cacheRead: ${cached}`} }, outputTokens: { total: ${output}${reasoning === undefined ? "" : `, reasoning: ${reasoning}`} } }`
          )
          .replace(/\.usage\.reasoningTokens\b/g, ".usage.outputTokens.reasoning")
          .replace(/yield\* (\w+)\.history\b/g, "yield* Ref.get($1.history)")
      : text,
  replaced(/\.unsafePoll\(\)\)\.toBe\(null\)/g, ".pollUnsafe()).toBe(undefined)"),
  calls(
    "Exit.getOrElse",
    (exit, orElse) => `Exit.match(${exit}, { onSuccess: (value) => value, onFailure: ${orElse} })`
  ),
  // A layer without a name is closed when as many attempts have ended as it has tests, though some are asked again.
  replaced(/\)\(\(it\) => \{/g, ')("over one layer", (it) => {'),
  // By a clock that waits for fibers: packages/effect4/test/support/testTime.ts.
  renamed({ "TestClock.adjust": "TestTime.adjust" })
]
