/** Every failure has a tag and says what to do; handle those that matter to you, let the others through. */
import { ChatCompletion, ChunkEvent, Message, RetryPolicy, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, DateTime, Duration, Effect, Layer } from "effect"

// To see an error at once, nothing is retried here: see retries.ts.
const live = Zhipu.layerConfig({ retry: RetryPolicy.none }).pipe(Layer.provide(FetchHttpClient.layer))

const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Tell me about the sea.")] }).pipe(
  ChunkEvent.fold,
  // An answer that reached max_tokens is an error from here on.
  Effect.flatMap(ChatCompletion.whole),
  Effect.map(ChatCompletion.text)
)

const program = answer.pipe(
  Effect.catchTags({
    // The service sends "no balance" and "slow down" both as HTTP 429; here they are two errors.
    InsufficientBalanceError: () => Effect.succeed("The account has no balance: top it up in the console."),
    RateLimitError: () => Effect.succeed("Too many requests: ask again in a moment."),
    QuotaExceededError: ({ resetAt }) =>
      Effect.succeed(`The plan is used up${resetAt === undefined ? "" : ` until ${DateTime.formatIso(resetAt)}`}.`),
    ContentFilteredError: () => Effect.succeed("The service does not answer this."),
    IncompleteAnswerError: ({ completion, reason }) =>
      Effect.succeed(`Not whole (${reason}): "${ChatCompletion.text(completion)}"`),
    // The connection broke in the middle. What had come by then is in `partial`.
    StreamTruncatedError: ({ partial }) =>
      Effect.succeed(`Broken off after "${partial === undefined ? "" : ChatCompletion.text(partial)}"`),
    DeadlineExceededError: ({ limit, phase }) =>
      Effect.succeed(`The answer took longer than ${Duration.format(limit)} (${phase}).`)
  }),
  // All others by what they have in common: a message that says what to do, the vendor's code, the HTTP status, …
  Effect.catchAll((error) => Effect.succeed(`${error._tag}, code ${error.code}: ${error.message}`)),
  Effect.flatMap((text) => Console.log(text))
)

program.pipe(Effect.provide(live), NodeRuntime.runMain)
