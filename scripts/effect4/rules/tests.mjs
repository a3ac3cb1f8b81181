// What tests say otherwise under @effect/vitest 4.
import { calls, renamed, replaced } from "./rule.mjs"

const lastBefore =
  (name) =>
  (...args) =>
    args.length === 2 ? `${name}(${args[0]}, ${args[1]})` : `${name}(${args.join(", ")})`

export const tests = [
  // In 4.0.5 `it.scoped` is vitest's own, and what stands in it does not run: the file is green.
  renamed({
    "it.scoped": "it.effect",
    "it.scopedLive": "it.live",
    NodeContext: "NodeServices",
    "TestClock.currentTimeMillis": "Clock.currentTimeMillis",
    "Effect.withFiberRuntime": "Effect.withFiber",
    "Stream.runScoped": "Stream.run",
    "Context.unsafeMake": "Context.makeUnsafe",
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
  // A span is asked for with one argument now.
  calls(
    "Tracer.make",
    (tracer) =>
      `Tracer.make(((given) => ({ span: ({ name, parent, annotations, links, startTime, kind, ...options }) => Object.assign(given.span(name, parent, annotations, links, startTime, kind, options), { annotations }) }))(${tracer}))`
  ),
  // Parameters of a tool of effect/ai are a Schema.
  (text) =>
    /from "@effect\/ai"/.test(text)
      ? text.replace(/(?<=\n\s*)parameters: (\{[^{}]*\})/g, "parameters: Schema.Struct($1)")
      : text,
  // The clock of tests waits for no fiber that has still to begin, or to come back from a promise: real time lets them.
  calls(
    "TestClock.adjust",
    (duration) =>
      `Effect.andThen(Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 10))), TestClock.adjust(${duration}))`
  )
]
