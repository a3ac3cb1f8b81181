// Effect itself, its fibers, causes, layers and services.
import { parts } from "../source.mjs"
import { calls, renamed, replaced, types } from "./rule.mjs"

/** The fields of an object that is written out, as they stand; undefined for anything else. */
export const fieldsOf = (text) =>
  text?.startsWith("{")
    ? Object.fromEntries(
        parts(text.slice(1, -1)).map((field) => [/^\w+/.exec(field)?.[0], field.replace(/^\w+:\s*/, "")])
      )
    : undefined

/** What a timeout fails with is an effect now. */
const orElse = (argument) => {
  const fields = fieldsOf(argument)
  if (fields?.onTimeout === undefined) return argument
  const error = /^\(\) =>\s*([\s\S]*)$/.exec(fields.onTimeout)?.[1] ?? `${fields.onTimeout}()`
  return `{ duration: ${fields.duration}, orElse: () => Effect.fail(${error}) }`
}

export const effect = [
  renamed({
    "Effect.tapErrorCause": "Effect.tapCause",
    "Duration.greaterThanOrEqualTo": "Duration.isGreaterThanOrEqualTo",
    "Duration.lessThanOrEqualTo": "Duration.isLessThanOrEqualTo",
    "Duration.greaterThan": "Duration.isGreaterThan",
    "Duration.lessThan": "Duration.isLessThan",
    "Effect.async": "Effect.callback",
    "Effect.catchAll": "Effect.catch",
    "Effect.catchAllCause": "Effect.catchCause",
    "Effect.catchAllDefect": "Effect.catchDefect",
    "Effect.contextWithEffect": "Effect.contextWith",
    "Effect.dieMessage": "Effect.die",
    "Effect.either": "Effect.result",
    "Effect.fork": "Effect.forkChild",
    "Effect.forkDaemon": "Effect.forkDetach",
    "Effect.fromNullable": "Effect.fromNullishOr",
    "Effect.runtime": "Effect.context",
    "Effect.zipRight": "Effect.andThen",
    "Effect.zipLeft": "Effect.tap",
    "Effect.unsafeMakeSemaphore": "Semaphore.makeUnsafe",
    "Effect.makeSemaphore": "Semaphore.make",
    "Effect.Semaphore": "Semaphore.Semaphore",
    "Fiber.RuntimeFiber": "Fiber.Fiber",
    "Effect.mapInputContext": "Effect.updateContext",
    "Effect.locallyScopedWith": "Effect.updateServiceScoped",
    "Effect.optionFromOptional": "Effect.option",
    "Effect.unsafeMakeLatch": "Latch.makeUnsafe",
    "Effect.makeLatch": "Latch.make",
    "Effect.Latch": "Latch.Latch",
    "Option.fromNullable": "Option.fromNullishOr",
    "Option.flatMapNullable": "Option.flatMapNullishOr",
    "Arr.isNonEmptyReadonlyArray": "Arr.isReadonlyArrayNonEmpty",
    "Scope.extend": "Scope.provide",
    "Scope.CloseableScope": "Scope.Closeable",
    "Layer.scoped": "Layer.effect",
    "Layer.unwrapEffect": "Layer.unwrap",
    "Layer.unwrapScoped": "Layer.unwrap",
    "Layer.scopedDiscard": "Layer.effectDiscard",
    "Layer.scopedContext": "Layer.effectContext",
    "Option.firstSomeOf": "Option.firstSomeOf",
    "Runtime.runFork": "Effect.runForkWith",
    "Runtime.runPromise": "Effect.runPromiseWith"
  }),
  // An error of Effect 4 is never wrapped.
  calls("Cause.originalError", (error) => error),
  calls("Cause.dieOption", (cause) => `Result.getSuccess(Cause.findDefect(${cause}))`),
  // The end of an interrupt is not waited for in either.
  calls("Fiber.interruptFork", (fiber) => `Effect.forkDetach(Fiber.interrupt(${fiber}))`),
  replaced(/\.unsafeInterruptAsFork\(FiberId\.none\)/g, ".interruptUnsafe()"),
  calls("Effect.timeoutTo", (effect, options) => {
    const { duration, onSuccess, onTimeout } = fieldsOf(options) ?? {}
    const value = /^\(\) =>\s*([\s\S]*)$/.exec(onTimeout ?? "")?.[1]
    if (value === undefined) return undefined
    const before = /^\((\w+)\) => \1$/.test(onSuccess) ? effect : `Effect.map(${effect}, ${onSuccess})`
    return `Effect.timeoutOrElse(${before}, { duration: ${duration}, orElse: () => Effect.succeed(${value}) })`
  }),
  calls("Effect.timeoutFail", (...args) => `Effect.timeoutOrElse(${args.map(orElse).join(", ")})`),
  calls("Effect.tapBoth", (...args) => {
    const [onFailure, onSuccess] = ["onFailure", "onSuccess"].map((name) => fieldsOf(args.at(-1))?.[name])
    return args.length === 1 && onFailure && onSuccess
      ? `Effect.tapError(${onFailure}), Effect.tap(${onSuccess})`
      : undefined
  }),
  replaced(/\.unsafePoll\(\) (===|!==) null/g, ".pollUnsafe() $1 undefined"),
  replaced(/\.unsafePoll\(\)/g, ".pollUnsafe()"),
  renamed({
    "Cause.isInterruptedOnly": "Cause.hasInterruptsOnly",
    "Cause.isInterrupted": "Cause.hasInterrupts",
    "Cause.failureOption": "Cause.findErrorOption"
  }),
  renamed({
    "Either.Either": "Result.Result",
    "Either.left": "Result.fail",
    "Either.right": "Result.succeed",
    "Either.isLeft": "Result.isFailure",
    "Either.isRight": "Result.isSuccess",
    "Either.mapLeft": "Result.mapError",
    "Either.getLeft": "Result.getFailure",
    "Either.getRight": "Result.getSuccess"
  }),
  replaced(/(?<![\w$]|(?<!\.\.)\.)Either\.(?=[a-z])/g, "Result."),
  // The value and the error of one, by their new names.
  (text) =>
    /\bResult\./.test(text)
      ? text.replace(/(?<=[\w)])\.right\b/g, ".success").replace(/(?<=[\w)])\.left\b/g, ".failure")
      : text,
  // What comments say of them.
  replaced(/^ \* import \* as Either from "effect\/Either"$/gm, ' * import * as Result from "effect/Result"'),
  replaced(/(?<=await \w+)\.runtime\(\)/g, ".context()"),
  replaced(
    /and give `Either`, which can be yielded in `Effect\.gen`\./g,
    "and give `Result`, which `Effect.fromResult` makes an Effect of."
  ),
  replaced(/`Either`/g, "`Result`"),
  replaced(/`Left`/g, "`Failure`"),
  replaced(/`Right`/g, "`Success`"),
  replaced(/_tag === "Right"/g, '_tag === "Success"'),
  replaced(/_tag === "Left"/g, '_tag === "Failure"'),
  calls(
    "Result.match",
    (...args) =>
      `Result.match(${args.map((arg) => arg.replace("onLeft:", "onFailure:").replace("onRight:", "onSuccess:")).join(", ")})`
  ),
  renamed({
    "Duration.DurationInput": "Duration.Input",
    "Duration.decode": "Duration.fromInputUnsafe",
    "Duration.decodeUnknown": "Duration.fromInput",
    "Predicate.isRecord": "Predicate.isObject"
  }),
  replaced(
    /import \{([^}]*)\bisRecord\b([^}]*)\} from "effect\/Predicate"/g,
    'import {$1isObject as isRecord$2} from "effect/Predicate"'
  ),
  replaced(
    /import type \{ ParseError \} from "effect\/ParseResult"\n/g,
    'import type * as Schema from "effect/Schema"\n'
  ),
  replaced(/(?<![\w."])ParseError\b(?!")/g, "Schema.SchemaError"),
  calls("globalValue", (_, make) => `(${make})()`),
  // A Result is no Effect, nor is an Option.
  replaced(/(Effect\.(?:map|flatMap)\(\s*)(path`[^`]*`)/g, "$1Effect.fromResult($2)"),
  (text) =>
    text.includes("Result.gen(")
      ? text
      : ["mapError", "fail", "succeed", "map", "flatMap"].reduce(
          (text, name) =>
            calls(
              `yield* Result.${name}`,
              (...args) => `yield* Effect.fromResult(Result.${name}(${args.join(", ")}))`
            )(text),
          text
        ),
  calls("Effect.reduce", (from, zero, step) =>
    zero.startsWith("()") ? undefined : `Effect.reduce(${from}, () => (${zero}), ${step})`
  ),
  replaced(/(?<=: )(\w+)\.changes\b/g, "SubscriptionRef.changes($1)"),
  replaced(/\bDeferred\.unsafeMake((?:<[^()]*>)?)\(FiberId\.none\)/g, "Deferred.makeUnsafe$1()"),
  // What goes around the runtime of Effect ends with the word now.
  replaced(/\.unsafe([A-Z])(\w*)\b(?=[(<,)\s])/g, (_, first, rest) => `.${first.toLowerCase()}${rest}Unsafe`),
  calls("Effect.withSpan", (...args) => {
    const options = args.at(-1)?.replace(/captureStackTrace: false,?\s*/, "")
    return options === undefined || options === args.at(-1)
      ? undefined
      : `Effect.withSpan(${[...args.slice(0, -1), options].join(", ")}, { captureStackTrace: false })`
  }),
  replaced(/import \* as (?:TreeFormatter|ArrayFormatter) from "effect\/ParseResult"\n/g, ""),
  replaced(/(?:ParseResult\.)?TreeFormatter\.formatErrorSync\((\w+)\)/g, "$1.message"),
  replaced(
    /(?:ParseResult\.)?ArrayFormatter\.formatErrorSync\((\w+)\)/g,
    "SchemaIssue.makeFormatterStandardSchemaV1()($1.issue).issues"
  ),
  calls("Effect.tryMap", (effect, options) => {
    const fields = fieldsOf(options)
    return (
      fields &&
      `Effect.flatMap(${effect}, (value) => Effect.try({ try: () => (${fields.try})(value), catch: ${fields.catch} }))`
    )
  }),
  renamed({
    "Runtime.runCallback": "Effect.runCallbackWith",
    "Exit.isInterrupted": "Exit.hasInterrupts",
    "Inspectable.redact": "Redactable.redact"
  }),
  replaced(/Runtime\.defaultRuntime\b/g, "Context.empty()"),
  // A metric with attributes, and what is added to a counter.
  calls("Metric.tagged", (metric, key, value) =>
    value === undefined ? undefined : `Metric.withAttributes(${metric}, { ${key.slice(1, -1)}: ${value} })`
  ),
  renamed({ "Metric.incrementBy": "Metric.update" }),
  renamed({ "Cause.isDie": "Cause.hasDies", "Metric.Metric.Gauge": "Metric.Gauge" }),
  types("Runtime.Cancel", () => "(() => void)"),
  calls("Clock.make", () => "Clock.Clock.defaultValue()"),
  calls(
    "Effect.withClock",
    (...args) => `Effect.provideService(${[...args.slice(0, -1), "Clock.Clock", args.at(-1)].join(", ")})`
  ),
  // A reference of a fiber is a reference of the context.
  types("FiberRef.FiberRef", (value) => `Context.Reference<${value}>`),
  calls("FiberRef.get", (reference) => reference),
  types("Runtime.Runtime", (services) => `Context.Context<${services}>`)
]

export const context = [
  replaced(/Context\.GenericTag(?=[<(])/g, "Context.Service"),
  // class Name extends Context.Reference<Name>()<Id, Shape>(id, { defaultValue }) {}
  (text) => {
    const names = []
    const written = text.replace(
      /class (\w+) extends Context\.Reference<\w+>\(\)(?:<\s*"[^"]+",\s*([^()]+?)\s*>)?\(([\s\S]*?)\) \{\}/g,
      (_, name, shape, options) => {
        const of = shape ?? /defaultValue: \(\): ([\s\S]*?) => \(\{/.exec(options)?.[1]
        names.push(name)
        return `const ${name}: Context.Reference<${of}> = Context.Reference<${of}>(${options})`
      }
    )
    // It is no service that a layer gives: it has a value without.
    return names.reduce((text, name) => text.replaceAll(`Layer.Layer<${name}>`, "Layer.Layer<never>"), written)
  },
  replaced(
    /extends Context\.Tag\(\s*("[^"]+")\s*\)<\s*(\w+),\s*([^()]+?)\s*>\(\)/g,
    "extends Context.Service<$2, $3>()($1)"
  ),
  replaced(
    /extends Context\.Tag\(\s*("[^"]+")\s*\)<((?:(?!>\(\))[\s\S])*)>\(\) \{\}/g,
    "extends Context.Service<$2>()($1) {}"
  ),
  renamed({
    "Context.Tag": "Context.Key",
    "Context.unsafeGet": "Context.getUnsafe",
    "Context.unsafeMake": "Context.makeUnsafe"
  })
]
