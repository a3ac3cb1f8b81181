// Streams, channels and schedules.
import { calls, renamed, replaced, types } from "./rule.mjs"

export const stream = [
  calls("Schedule.intersect", (...args) => (args.length === 2 ? `Schedule.max([${args.join(", ")}])` : undefined)),
  calls("Schedule.union", (...args) => (args.length === 2 ? `Schedule.min([${args.join(", ")}])` : undefined)),
  calls("Schedule.either", (...args) => (args.length === 1 ? `(self) => Schedule.min([self, ${args[0]}])` : undefined)),
  calls("Schedule.whileInput", (...args) => {
    const [schedule, test] = args
    return test === undefined
      ? undefined
      : `Schedule.while(${schedule}, ({ input }) => Effect.succeed((${test})(input)))`
  }),
  renamed({ "Schedule.stop": "Schedule.recurs(0)" }),
  // What goes out comes first now, and then what comes in.
  types(
    "Channel.Channel",
    (
      out,
      into = "unknown",
      outError = "never",
      intoError = "unknown",
      done = "void",
      intoDone = "unknown",
      services = "never"
    ) => `Channel.Channel<${[out, outError, done, into, intoError, intoDone, services].join(", ")}>`
  ),
  replaced(/Stream\.StreamTypeId in (\w+)/g, "Stream.isStream($1)"),
  replaced(/(Stream\.runFold(?:<[^()]*>)?\()\[\]/g, "$1() => []"),
  // The end of a pull is a failure now; as before, a Result says it: what is pulled, or the end as its failure.
  calls(
    "Channel.toPull",
    (channel) =>
      `Effect.map(Channel.toPull(${channel}), (pull) => Pull.catchDone(Effect.map(pull, Result.succeed), () => Effect.succeed(Result.failVoid)))`
  ),
  // Batches are arrays, in which there is something.
  types("Chunk.Chunk", (element) => `ReadonlyArray<${element}>`),
  types("Chunk.NonEmptyChunk", (element) => `Arr.NonEmptyReadonlyArray<${element}>`),
  ...["Chunk.unsafeFromArray", "Chunk.fromArrayUnsafe"].map((name) => calls(name, (array) => array)),
  ...["Chunk.toReadonlyArray", "Chunk.toArray"].map((name) => calls(name, (array) => array)),
  calls("Chunk.appendAll", (a, b) => (b === undefined ? undefined : `Arr.appendAll(${a}, ${b})`)),
  calls(
    "Stream.acquireRelease",
    (acquire, release) => `Stream.scoped(Stream.fromEffect(Effect.acquireRelease(${acquire}, ${release})))`
  ),
  // What is left out is a failure, and no more a None.
  calls("Stream.filterMap", (...args) => {
    const [filter, ...before] = args.toReversed()
    const written = filter.replaceAll("Option.some(", "Result.succeed(").replaceAll("Option.none()", "Result.failVoid")
    const result =
      written === filter ? `(element) => Result.fromOption((${filter})(element), () => undefined)` : written
    return `Stream.filterMap(${[...before.toReversed(), result].join(", ")})`
  }),
  replaced(/Channel\.Channel<\s*ReadonlyArray</g, "Channel.Channel<Arr.NonEmptyReadonlyArray<"),
  replaced(/Chunk\.toReadonlyArray(?!\()/g, "Array.from"),
  calls("Chunk.empty", () => "[]"),
  replaced(/Chunk\.empty<[^()]*>\(\)/g, "[]"),
  calls("Chunk.of", (...elements) => `[${elements.join(", ")}]`),
  replaced(/Predicate\.hasProperty\((.+?), Stream\.StreamTypeId\)/g, "Stream.isStream($1)"),
  replaced(/Effect\.clock\b(?!With)/g, "Effect.clockWith(Effect.succeed)"),
  // A mailbox is a queue that may end.
  types("Mailbox.make", (value, error) => `Queue.make<${value}, ${error ?? "never"} | Cause.Done>`),
  types("Mailbox.Mailbox", (value, error) => `Queue.Queue<${value}, ${error ?? "never"} | Cause.Done>`),
  replaced(
    /(?<![\w.])mailbox\.(offer|offerAll|end|fail|done|size|await|takeAll|take|shutdown)\(/g,
    "Queue.$1(mailbox, "
  ),
  replaced(/(?<![\w.])mailbox\.(offer|done)Unsafe\(/g, "Queue.$1Unsafe(mailbox, "),
  replaced(/(?<![\w.])mailbox\.end\b/g, "Queue.end(mailbox)"),
  replaced(/(?<![\w.])mailbox\.take\b/g, "Queue.take(mailbox)"),
  replaced(/(Queue\.make<[^()]*>)\((\d+)\)/g, "$1({ capacity: $2 })"),
  (text) =>
    /PubSub\.subscribe\(/.test(text)
      ? text.replaceAll("Stream.fromQueue(queue)", "Stream.fromSubscription(queue)")
      : text,
  calls("Stream.timeoutFail", (...args) => {
    const [duration, error, ...before] = args.toReversed()
    const options = `{ duration: ${duration}, orElse: () => Stream.fail((${error})()) }`
    return `Stream.timeoutOrElse(${[...before, options].join(", ")})`
  }),
  calls("Stream.mapConcatEffect", (stream, all) =>
    all === undefined ? undefined : `Stream.flattenIterable(Stream.mapEffect(${stream}, ${all}))`
  ),
  calls("Stream.runFold", (stream, zero, step) =>
    /^\d+$/.test(zero) ? `Stream.runFold(${stream}, () => ${zero}, ${step})` : undefined
  ),
  // What comes next is an Effect of it, or of nothing.
  calls(
    "Stream.unfold",
    (state, next) => `Stream.unfold(${state}, (state) => Effect.succeed(Option.getOrUndefined((${next})(state))))`
  ),
  renamed({
    "Stream.paginateChunkEffect": "Stream.paginate",
    "Stream.repeatEffectWithSchedule": "Stream.fromEffectSchedule",
    "Mailbox.into": "Queue.into",
    "Mailbox.toStream": "Stream.fromQueue",
    "Chunk.map": "Arr.map",
    "Chunk.append": "Arr.append",
    "Chunk.takeRight": "Arr.takeRight",
    "Channel.zipRight": "Channel.concat",
    "Stream.runForEachChunk": "Stream.runForEachArray",
    "Chunk.isEmpty": "Arr.isReadonlyArrayEmpty",
    "Chunk.isNonEmpty": "Arr.isReadonlyArrayNonEmpty",
    "Channel.write": "Channel.succeed",
    "Channel.void": "Channel.empty",
    "Stream.ensuringWith": "Stream.onExit",
    "Stream.execute": "Stream.fromEffectDrain",
    "Stream.toReadableStreamRuntime": "Stream.toReadableStreamWith",
    "Stream.flattenChunks": "Stream.flattenArray",
    "Stream.mapChunksEffect": "Stream.mapArrayEffect",
    "Stream.mapChunks": "Stream.mapArray",
    "Stream.fromChunk": "Stream.fromArray",
    "Stream.catchAll": "Stream.catch",
    "Stream.catchAllCause": "Stream.catchCause",
    "Stream.unwrapScoped": "Stream.unwrap"
  })
]
