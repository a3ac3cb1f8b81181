/** A web server with a chat page: reasoning folded, the answer as it comes, and a stop button. */
import { Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { ServerSentEvents } from "@effect-zhipu/http"
import { FetchHttpClient, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Schema } from "effect"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"

const Text = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(100_000))

// What the page may ask. Everything else of the request, the model first of all, is the server's to say.
const Conversation = Schema.Struct({
  messages: Schema.NonEmptyArray(Schema.Struct({ role: Schema.Literal("user", "assistant"), content: Text })).pipe(
    Schema.maxItems(200)
  )
})

// Pages of other origins can send forms and text, but no JSON, so that they cannot ask at this server's expense.
const JsonHeaders = Schema.Struct({ "content-type": Schema.String.pipe(Schema.startsWith("application/json")) })

const chat = Effect.gen(function* () {
  yield* HttpServerRequest.schemaHeaders(JsonHeaders)
  const { messages } = yield* HttpServerRequest.schemaBodyJson(Conversation)
  // The headers go out at once. When the browser leaves, the request to the service is closed.
  return yield* ServerSentEvents.toResponse(ZhipuChat.stream({ model: "glm-4.6", messages }))
}).pipe(
  Effect.catchTags({
    ParseError: () => HttpServerResponse.text("That is no conversation.", { status: 400 }),
    RequestError: () => HttpServerResponse.text("That is no JSON.", { status: 400 })
  })
)

// The page has no inline code and loads nothing from elsewhere, and the browser holds it to that.
const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer"
}

const file = (url: string | URL, contentType: string) =>
  HttpServerResponse.file(fileURLToPath(url), { headers: pageHeaders, contentType }).pipe(Effect.orDie)

const ours = (name: string) => new URL(`../src/web/${name}`, import.meta.url)

const router = HttpRouter.empty.pipe(
  HttpRouter.get("/", file(ours("page.html"), "text/html; charset=utf-8")),
  HttpRouter.get("/page.css", file(ours("page.css"), "text/css; charset=utf-8")),
  HttpRouter.get("/page.js", file(ours("page.js"), "text/javascript; charset=utf-8")),
  // Reads the events on the page; it imports nothing, and so needs no bundler.
  HttpRouter.get(
    "/reader.js",
    file(import.meta.resolve("@effect-zhipu/http/reader.js"), "text/javascript; charset=utf-8")
  ),
  HttpRouter.post("/chat", chat)
)

const announce = HttpServer.addressFormattedWith((address) => Console.log(`Open ${address} in a browser.`))

const server = Layer.unwrapEffect(
  Effect.map(Config.withDefault(Config.integer("PORT"), 3000), (port) =>
    NodeHttpServer.layer(createServer, { host: "127.0.0.1", port })
  )
)

const main = Layer.mergeAll(HttpServer.serve(router), Layer.effectDiscard(announce)).pipe(
  Layer.provide(server),
  Layer.provide(Zhipu.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

Layer.launch(main).pipe(NodeRuntime.runMain)
