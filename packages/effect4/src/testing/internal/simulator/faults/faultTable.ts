// Generated from packages/testing/src/internal/simulator/faults/faultTable.ts by scripts/effect4: change that file.
/**
 * Every fault of the simulator, as data: the parser, the documentation and the tests read the same table.
 */

/**
 * What follows the colon. `none`: nothing may; `text`: anything; the others as their names say. A list holds the only
 * values allowed.
 *
 * @internal
 */
export type ArgKind =
  | "none"
  | "code"
  | "status"
  | "count"
  | "integer"
  | "text"
  | ReadonlyArray<string>
  | { readonly syntax: string; readonly pattern: RegExp }

/** @internal */
export type PlaceKind = "bytes" | "chunk" | "headers" | "line"

/** @internal */
export interface Spec {
  readonly arg: ArgKind
  /** Taken where no argument is given; without it the argument is required (unless `arg` is `none`). */
  readonly argDefault?: string
  readonly at: ReadonlyArray<PlaceKind>
  readonly atRequired?: true
  /**
   * Where it acts: on the whole answer, on its error, on what the model says, on a stream, on the bytes of any body, on what
   * operations other than chat give.
   */
  readonly on: "request" | "error" | "answer" | "stream" | "body" | "operation"
  /** The operations beside chat that it acts on, by name; a file behind a link is `media`. Default: all. */
  readonly of?: ReadonlyArray<string>
  readonly doc: string
}

const tool = (doc: string): Spec => ({ arg: "none", at: [], on: "answer", doc })
const toolStream = (doc: string): Spec => ({ arg: "none", at: [], on: "stream", doc })
const stream = (doc: string): Spec => ({ arg: "none", at: [], on: "stream", doc })
const inserted = (doc: string): Spec => ({ arg: "none", at: ["chunk"], on: "stream", doc })

/** @internal */
export const table = {
  // errors
  code: {
    arg: "code",
    at: [],
    on: "request",
    doc: "An error with this business code and the HTTP status that goes with it"
  },
  status: {
    arg: "status",
    at: [],
    on: "request",
    doc:
      "A bare HTTP status with an empty body; `502-html` with a proxy's page, `502-text` with a line of " +
      "text. Beside `code` it replaces the status alone"
  },
  envelope: {
    arg: ["number", "error-string", "flat", "message", "code-message", "request-id", "anthropic", "bare"],
    at: [],
    on: "error",
    doc:
      "The shape of the error of `code`, `error-200`, `error-frame` and `bare-error`: a numeric code; " +
      "`error` as a string; `{code, msg, success: false}`; `{message}`; `{code, message}`; with a " +
      "`request_id`; the Anthropic endpoint's; `{message, success: false}` without a code"
  },
  "error-200": { arg: "code", at: [], on: "request", doc: "The error body as JSON under HTTP 200" },
  "retry-after": { arg: "text", at: [], on: "error", doc: "Adds `Retry-After` with this value to the error" },
  "retry-after-ms": { arg: "text", at: [], on: "error", doc: "Adds `Retry-After-Ms` with this value to the error" },
  "retry-after-date": {
    arg: "integer",
    at: [],
    on: "error",
    doc: "Adds `Retry-After` as an HTTP date, this many seconds from now (negative: in the past)"
  },
  "x-should-retry": { arg: ["true", "false"], at: [], on: "error", doc: "Adds `x-should-retry` to the error" },
  redirect: {
    arg: ["301", "302", "303", "307", "308"],
    at: [],
    on: "request",
    doc: "A redirect to another path of the simulator"
  },
  "html-200": { arg: "none", at: [], on: "request", doc: "HTTP 200 with an HTML page, as a captive portal sends it" },
  "empty-body": { arg: "none", at: [], on: "request", doc: "HTTP 200 without a body" },
  "json-completion": {
    arg: "none",
    at: [],
    on: "stream",
    doc: "A whole JSON completion although a stream was asked for"
  },
  // transport
  "reset-before-headers": { arg: "none", at: [], on: "request", doc: "The connection is reset before any answer" },
  idle: {
    arg: "none",
    at: ["headers", "chunk"],
    atRequired: true,
    on: "request",
    doc: "Silence with the socket open: at `headers` they never come, after K chunks nothing more comes"
  },
  truncate: {
    arg: "none",
    at: ["bytes", "chunk"],
    atRequired: true,
    on: "body",
    doc: "The body ends cleanly after this many bytes, or K chunks"
  },
  reset: {
    arg: "none",
    at: ["bytes", "chunk"],
    atRequired: true,
    on: "body",
    doc: "The connection breaks after this many bytes, or K chunks"
  },
  slow: { arg: "count", at: [], on: "stream", doc: "A pause of this many milliseconds before every event" },
  keepalive: {
    arg: "count",
    at: [],
    on: "stream",
    doc:
      "A comment line every so many milliseconds while nothing else is sent (`idle@chunk`, `slow`, the " +
      "delay of the first token)"
  },
  split: { arg: "count", at: [], on: "body", doc: "Bytes are written in pieces of this size" },
  gzip: {
    arg: "none",
    at: [],
    on: "body",
    doc: "`Content-Encoding: gzip`; byte offsets of other faults count before compression"
  },
  brotli: {
    arg: "none",
    at: [],
    on: "body",
    doc: "`Content-Encoding: br`; byte offsets of other faults count before compression"
  },
  "clock-skew": {
    arg: "integer",
    at: [],
    on: "request",
    doc: "The clock of the server is this many milliseconds ahead, behind where negative: its `Date` header, and its check of tokens"
  },
  // end of the stream
  "no-done": stream("The stream ends after the finish chunk, without `[DONE]`"),
  "no-finish": stream("No chunk with `finish_reason`, `[DONE]` only"),
  "double-done": stream("`[DONE]` comes twice"),
  "double-finish": stream("The finish chunk comes twice"),
  "forged-done": inserted("`[DONE]x`: in place of `[DONE]`, or in addition after K chunks"),
  "junk-after-done": stream("Chunks of another answer and a line of garbage after `[DONE]`"),
  "hang-after-done": stream("The socket stays open after `[DONE]`"),
  "hang-after-finish": stream("No `[DONE]`, and the socket stays open after the finish chunk"),
  // errors inside the stream
  "error-frame": {
    arg: "code",
    at: ["chunk"],
    on: "stream",
    doc: "An error as an event after K chunks (0: first), then the end"
  },
  "bare-error": {
    arg: "code",
    argDefault: "500",
    at: ["chunk"],
    on: "stream",
    doc: "An error as a line of bare JSON without `data:` after K chunks, then the end"
  },
  "event-error": {
    arg: "code",
    argDefault: "1302",
    at: ["chunk"],
    on: "stream",
    doc: "An error as `event: error` with a `request_id` after K chunks (0: first), then `[DONE]`"
  },
  // framing
  crlf: stream("Lines end in CR LF"),
  cr: stream("Lines end in CR"),
  bom: stream("A byte order mark before the first byte"),
  comments: stream("A comment line before every event"),
  "no-space": stream("`data:` without the space"),
  "multiline-data": stream("Every event in several `data:` lines"),
  "retry-field": {
    arg: "text",
    argDefault: "200",
    at: ["chunk"],
    on: "stream",
    doc: "A `retry:` line before the event after K chunks"
  },
  "event-field": { arg: "text", argDefault: "message", at: [], on: "stream", doc: "An `event:` line in every event" },
  "id-field": stream("An `id:` line in every event"),
  "invalid-utf8": inserted("A content chunk with bytes that are no UTF-8, in addition"),
  malformed: inserted("An event with broken JSON, in addition"),
  "null-frame": inserted("An event `null`, in addition"),
  "array-frame": inserted("An event `[]`, in addition"),
  "huge-event": { arg: "count", at: ["chunk"], on: "stream", doc: "A content chunk of this many bytes, in addition" },
  big: {
    arg: "count",
    at: [],
    on: "stream",
    doc: "Content chunks of about this many bytes together, in addition, before the finish chunk"
  },
  // chunks
  "id-change": inserted("From there on the chunks belong to another completion"),
  glued: inserted("A chunk cut short, a chunk of another completion glued to it, and so on with that one"),
  finish: { arg: "text", at: [], on: "answer", doc: "Another `finish_reason`" },
  "usage-separate": stream("The usage comes in a chunk of its own with empty `choices`"),
  "usage-none": { arg: "none", at: [], on: "answer", doc: "No usage" },
  "usage-null-details": { arg: "none", at: [], on: "answer", doc: "The details of the usage are null" },
  "choices-null": inserted("A chunk whose `choices` is null, in addition"),
  "choices-missing": inserted("A chunk without `choices`, in addition"),
  "delta-null": inserted("A chunk whose `delta` is null, in addition"),
  "delta-missing": inserted("A chunk without `delta`, in addition"),
  "finish-empty-string": stream('`finish_reason` is `""` until the end'),
  "finish-null": stream("`finish_reason` is null until the end"),
  "empty-content": stream('`content` is `""` beside every piece of reasoning'),
  model: { arg: "text", at: [], on: "answer", doc: "Another model answers" },
  "proto-keys": stream("Every chunk and delta has `__proto__` and `constructor` keys"),
  // tool calls
  tools: { arg: "count", at: [], on: "answer", doc: "The model makes this many parallel calls" },
  "unknown-tool": { arg: "text", at: [], on: "answer", doc: "The model calls a tool of this name" },
  "no-tool-id": toolStream("Tool calls without `id`"),
  "numeric-tool-id": tool("The `id` of tool calls is a number"),
  "empty-tool-id": tool('The `id` of tool calls is `""`'),
  "no-tool-index": toolStream("Tool calls without `index`"),
  "tool-index-minus-one": toolStream("The `index` of every tool call is -1"),
  "tool-index-from-1": toolStream("The `index` of tool calls counts from 1"),
  "tool-index": { arg: "integer", at: [], on: "stream", doc: "The `index` of tool calls counts from this number" },
  "same-tool-index": toolStream("Every tool call has `index` 0"),
  "late-tool-name": toolStream("The name comes with the last fragment only"),
  "null-tool-name": toolStream("The name is null in every fragment but the first"),
  "repeat-tool-name": toolStream("Id and name come with every fragment"),
  "tool-name-tail": tool("The name of a tool ends in `</arg_value>`"),
  "args-object": tool("The arguments are an object, not a string"),
  "args-empty": tool('The arguments are `""`'),
  "args-double": tool("The arguments are `{}{}`"),
  "dup-args": toolStream("A last fragment repeats all arguments"),
  "cut-args": tool("The arguments break off; the finish reason stays"),
  // operations other than chat
  task: {
    arg: {
      syntax: "fail|fail:NNNN|polls=N|forever|unknown|gone",
      pattern: /^(fail(:-?\d{1,6})?|polls=\d{1,6}|forever|unknown|gone)$/
    },
    at: [],
    on: "operation",
    of: ["async_chat", "images.create", "videos.create", "batches.create", "tasks.get"],
    doc:
      "A task that is created, or asked for, with it: fails, with a code or without a reason; takes so many polls; is never " +
      "done; is in a state that nobody knows; is not there"
  },
  media: {
    arg: ["expired"],
    at: [],
    on: "operation",
    of: ["media"],
    doc: "The link of an image or a video answers 403"
  },
  upload: {
    arg: ["cut"],
    at: ["bytes"],
    atRequired: true,
    on: "operation",
    doc: "The connection is reset when this many bytes of a request have come"
  },
  jsonl: {
    arg: ["broken"],
    at: ["line"],
    atRequired: true,
    on: "operation",
    of: ["files.content"],
    doc: "This line of a file that is downloaded, from 1, is cut in half"
  },
  batch: {
    arg: ["nofile", "expired", "failed"],
    at: [],
    on: "operation",
    of: ["batches.create"],
    doc: "A batch ends without files; after its time, with half its lines done; or refuses its file"
  },
  embed: {
    arg: ["shuffled", "short"],
    at: [],
    on: "operation",
    of: ["embeddings"],
    doc: "The vectors come in another order than the texts, or one of them is missing"
  }
} as const satisfies Record<string, Spec>
