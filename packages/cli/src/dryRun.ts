/** `--dry-run`: the request as the client would send it, caught before the network. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { BrokenPipe } from "./errors.js"
import { Output } from "./output.js"

interface Options {
  readonly auth: ZhipuConfig.AuthKind | undefined
  readonly baseUrl: string | undefined
  readonly noStream: boolean
}

/**
 * Prints the body to standard output, and where it would go to standard error. No key is needed, and none is shown.
 *
 * @internal
 */
export const print = (
  options: Options,
  request: ChatRequest,
  key: string | undefined
): Effect.Effect<void, ConfigError | ZhipuError | BrokenPipe, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const settings = yield* ZhipuConfig.fromEnvironment({
      // A key that can sign as well, in the place of the real one.
      apiKey: Redacted.make("nobody.nobody-has-this-secret"),
      ...(options.auth === undefined ? {} : { auth: options.auth }),
      ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl })
    })
    // The name of the key's variable may choose the host; a key that was piped in has none.
    const found = yield* Effect.option(key === undefined ? ZhipuConfig.fromEnvironment() : Effect.succeed(settings))
    const region = Option.getOrUndefined(found)?.region
    let caught: HttpClientRequest.HttpClientRequest | undefined
    const catching = HttpClient.make((request) => {
      caught = request
      return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))
    })
    const client = Zhipu.layer({
      ...settings,
      ...(region === undefined ? {} : { region }),
      retry: RetryPolicy.none
    }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, catching)))
    yield* (options.noStream ? ZhipuChat.complete(request) : Stream.runDrain(ZhipuChat.stream(request))).pipe(
      Effect.provide(client),
      // What comes from the catcher is no error; what came before it is.
      Effect.catchAll((error) => (caught === undefined ? Effect.fail(error) : Effect.void))
    )
    if (caught === undefined) return
    yield* output.notice(`zhipu: Not sent: ${caught.method} ${caught.url}`)
    yield* output.out(`${pretty(bodyOf(caught), output.stdoutIsTty ? shortened : undefined)}\n`)
  })

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : body._tag === "Raw" ? String(body.body) : ""

/** As sent, but for the line breaks. */
const pretty = (json: string, replacer?: (key: string, value: unknown) => unknown): string =>
  JSON.stringify(JSON.parse(json), replacer, 2)

/** Megabytes of base64 tell a person nothing, where nobody but a person reads them. */
const shortened = (key: string, value: unknown): unknown =>
  (key === "url" || key === "file_data") && typeof value === "string" && value.length > 300 && !/^https?:/.test(value)
    ? `${value.slice(0, 60)}… (${value.length} characters, all of them where standard output is no terminal)`
    : value
