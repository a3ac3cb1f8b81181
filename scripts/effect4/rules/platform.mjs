// What was @effect/platform, @effect/ai and @effect/experimental is part of effect.
import { parts } from "../source.mjs"
import { calls, renamed, replaced } from "./rule.mjs"

/** Errors of requests and responses are reasons of one error. */
const reasons = {
  Transport: "TransportError",
  Encode: "EncodeError",
  InvalidUrl: "InvalidUrlError",
  StatusCode: "StatusCodeError",
  Decode: "DecodeError",
  EmptyBody: "EmptyBodyError"
}

const reasonOf = (options) => {
  const reason = /\breason: "(\w+)"/.exec(options)?.[1]
  if (reason === undefined) return undefined
  const fields = parts(options.slice(1, -1)).filter((field) => !field.startsWith("reason:"))
  return `new HttpClientError.HttpClientError({ reason: new HttpClientError.${reasons[reason]}({ ${fields.join(", ")} }) })`
}

/** A response has three more members than it had. */
const responseMembers = `  get url(): string {
    return Option.match(HttpClientRequest.toUrl(this.request), { onNone: () => "", onSome: ({ href }) => href })
  }

  get upgrade(): Effect.Effect<Socket.Socket, HttpClientError.HttpClientError> {
    const cause = new TypeError("the connection cannot be upgraded")
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
      })
    )
  }

  pipe() {
    return pipeArguments(this, arguments)
  }

`

const response = (text) =>
  text.includes("extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {")
    ? text
        .replace(/: (HttpIncomingMessage|HttpClientResponse)\.TypeId(?= =)/g, ": typeof $1.TypeId")
        .replace(/get json\(\): Effect\.Effect<unknown,/, "get json(): Effect.Effect<Schema.Json,")
        .replace(/\(text\): unknown =>/, "(text): Schema.Json =>")
        .replace(/(?= {2}(?:\/\*\*[^\n]*\*\/\n {2})?toJSON\(\): unknown)/, responseMembers)
        .replace("import type * as HttpClientRequest from", "import * as HttpClientRequest from")
        .replace(/(?=import \* as Effect from)/, 'import { pipeArguments } from "effect/Pipeable"\n')
    : text

/** A type that was imported by its own name. */
const namedError = (text) => {
  const named = /import (?:type )?\{[^}]*\bHttpClientError\b[^}]*\} from ("[^"]*HttpClientError")/
  return named.test(text)
    ? text
        .replace(/(?<=[<>,|:] ?)HttpClientError(?=[>,;|)\s])/g, "HttpClientError.HttpClientError")
        .replace(named, "import * as HttpClientError from $1")
    : text
}

export const platform = [
  // Effect 4 brings no fast-check along.
  replaced(/from "effect\/FastCheck"/g, 'from "fast-check"'),
  namedError,
  response,
  replaced(
    /import \{ RequestError \} from "@effect\/platform\/HttpClientError"/g,
    'import * as HttpClientError from "@effect/platform/HttpClientError"'
  ),
  replaced(/from "@effect\/platform\/(FileSystem|Path|Terminal)"/g, 'from "effect/$1"'),
  replaced(/from "@effect\/platform\/Error"/g, 'from "effect/PlatformError"'),
  replaced(/from "@effect\/platform\/HttpApp"/g, 'from "effect/http/HttpEffect"'),
  replaced(/from "@effect\/platform\/KeyValueStore"/g, 'from "effect/persistence/KeyValueStore"'),
  replaced(/from "@effect\/platform\/(\w+)"/g, 'from "effect/http/$1"'),
  replaced(/from "@effect\/platform"/g, 'from "effect/http"'),
  replaced(/(from|module) "@effect\/ai\/(\w+)"/g, '$1 "effect/ai/$2"'),
  calls("Tool.getDescriptionFromSchemaAst", (ast) => `SchemaAST.resolveDescription(${ast})`),
  calls("AiModel.make", (provider, layer) =>
    layer === undefined ? undefined : `AiModel.make(${provider}, model, ${layer})`
  ),
  replaced(/from "@effect\/ai"/g, 'from "effect/ai"'),
  // In the words of comments.
  replaced(/(?<=[`\s])@effect\/ai(?=[`\s])/g, "effect/ai"),
  replaced(/(?<=(?:server|handlers) of )`@effect\/platform`/g, "`effect/http`"),
  replaced(/(?<=`RateLimiter` of )`@effect\/experimental`/g, "`effect/persistence`"),
  replaced(/from "@effect\/experimental\/RateLimiter"/g, 'from "effect/persistence/RateLimiter"'),
  replaced(/from "@effect\/experimental\/Reactivity"/g, 'from "effect/reactivity/Reactivity"'),
  replaced(/from "@effect\/sql(?=["/])/g, 'from "effect/sql'),
  // Whoever inserts many rows says that there is one.
  calls("sql.insert", (rows) =>
    rows.startsWith("{")
      ? undefined
      : `sql.insert((${rows}) as ReadonlyArray<Record<string, unknown>> as Arr.NonEmptyReadonlyArray<Record<string, unknown>>)`
  ),
  ...["new HttpClientError.ResponseError", "new HttpClientError.RequestError", "new RequestError"].map((name) =>
    calls(name, reasonOf)
  ),
  replaced(/(\w+) instanceof HttpClientError\.ResponseError/g, "HttpClientError.isHttpClientError($1)"),
  replaced(
    /error\._tag === "ResponseError" && error\.reason === "StatusCode"/g,
    'error.reason._tag === "StatusCodeError"'
  ),
  replaced(
    /\.reason (===|!==) "(InvalidUrl|StatusCode|Decode|EmptyBody|Transport|Encode)"/g,
    '.reason._tag $1 "$2Error"'
  ),
  replaced(
    /(\w+)\._tag === "TcpAddress" \? \1\.hostname : ("[^"]+")/g,
    '$1._tag === "UnixPathAddress" ? $2 : String($1.address)'
  ),
  replaced(/(\w+)\._tag === "TcpAddress" \? \1\.port : 0/g, '$1._tag === "UnixPathAddress" ? 0 : $1.port'),
  replaced(/UrlParams\.makeUrl\(/g, "Url.make("),
  renamed({
    "HttpClientError.ResponseError": "HttpClientError.HttpClientError",
    "HttpClientError.RequestError": "HttpClientError.HttpClientError"
  })
]
