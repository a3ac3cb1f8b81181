import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Fault from "../src/Fault.js"
import * as Simulator from "../src/Simulator.js"
import {
  ask,
  chunksOf,
  codeOf,
  dataOf,
  deltas,
  type Json,
  json,
  jwt,
  post,
  postJson,
  postText,
  readAll,
  streamed,
  text,
  withSimulator
} from "./utils.js"

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
    }
  }
]

const plain = ask("Why is the sky blue?", { stream: true })
const call = ask("What is the weather in Paris?", { stream: true, tools })

const contentOf = (chunks: ReadonlyArray<Json>) =>
  deltas(
    chunks.filter((chunk) => chunk?.["choices"]?.[0]?.delta),
    "content"
  )

const callsOf = (chunks: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  chunks.flatMap((chunk) => chunk["choices"][0]?.delta?.tool_calls ?? [])

describe("every fault", () => {
  const examples: Record<string, string> = {
    NNNN: "1305",
    NNN: "503",
    N: "20",
    TEXT: "text",
    BYTES: "40",
    "chunk:K": "chunk:2",
    headers: "headers"
  }
  const example = (row: Fault.Row): string =>
    row.syntax
      .replaceAll(/[[\]]/g, "")
      .replace(/(:)([^@]+)/, (_, colon: string, arg: string) => colon + (examples[arg] ?? arg.split("|")[0]))
      .replace(/(@)(.+)/, (_, at: string, place: string) => at + (examples[place.split("|").at(-1) ?? ""] ?? ""))

  // Those of other operations do nothing to a chat; Operations.test.ts and the tests of packages/api show them.
  for (const row of Fault.table.filter(({ on }) => on !== "operation")) {
    for (const body of [plain, call, ask("Hi")]) {
      const kind = body === plain ? "a stream" : body === call ? "a stream with a tool" : "a whole reply"
      it.live(`${row.name} leaves the simulator well: ${kind}`, () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const fault = example(row)
          yield* Effect.promise(async () => {
            const controller = new AbortController()
            // Only what never ends is given up on soon: on a busy machine an ordinary answer may take long.
            const timer = setTimeout(() => controller.abort(), /^(idle|hang)/.test(row.name) ? 400 : 30_000)
            try {
              const response = await fetch(`${simulator.baseUrl}/chat/completions`, {
                method: "POST",
                headers: { authorization: `Bearer ${Simulator.defaultApiKey}`, "x-zhipu-fault": fault },
                body: JSON.stringify(body),
                signal: controller.signal,
                redirect: "manual"
              })
              expect(
                row.on === "request" || row.on === "error" || response.status === 200,
                `${fault}: ${response.status}`
              ).toBe(true)
              await readAll(response)
            } catch {
              expect(["reset-before-headers", "idle"]).toContain(row.name)
            } finally {
              clearTimeout(timer)
            }
          })
          yield* simulator.awaitIdle.pipe(Effect.timeout("20 seconds"), Effect.orDie)
          expect((yield* simulator.stats).inFlight).toBe(0)
          expect(yield* codeOf(ask("Hi"))).toEqual([200, undefined])
        }).pipe(withSimulator(), Logger.withMinimumLogLevel(LogLevel.None))
      )
    }
  }
})

describe("setting faults", () => {
  it.live("a header that is no list of faults is explained", () =>
    Effect.gen(function* () {
      const response = yield* post(plain, { fault: "truncate" })
      expect(response.status).toBe(400)
      expect((yield* json(response))["error"].message).toContain("needs a place")
    }).pipe(withSimulator())
  )

  it.live("counts *N for each text and scope", () =>
    Effect.gen(function* () {
      const status = (fault: string, scope = "") =>
        Effect.map(codeOf(ask("Hi"), { fault, headers: { "x-zhipu-fault-scope": scope } }), ([status]) => status)
      const run = (fault: string, scope?: string) => Effect.forEach([1, 2, 3, 4], () => status(fault, scope))
      expect(yield* run("code:1305*2")).toEqual([429, 429, 200, 200])
      expect(yield* run("code:1305*2")).toEqual([200, 200, 200, 200])
      expect(yield* run("code:1305*2", "b")).toEqual([429, 429, 200, 200])
      expect(yield* run("code:500*1,code:1302*2")).toEqual([500, 429, 429, 200])
      expect(yield* run("code:1302")).toEqual([429, 429, 429, 429])
      const simulator = yield* Simulator.Simulator
      yield* simulator.reset
      expect(yield* run("code:1305*2")).toEqual([429, 429, 200, 200])
    }).pipe(withSimulator())
  )

  it.live("a refused request does not use up what shapes an answer", () =>
    Effect.gen(function* () {
      const fault = "code:1305*1, truncate@30*1"
      expect((yield* post(plain, { fault })).status).toBe(429)
      expect(yield* postText(plain, { fault })).toHaveLength(30)
      expect(yield* postText(plain, { fault })).toContain("[DONE]")
    }).pipe(withSimulator())
  )

  it.live("can be set for all requests; a header replaces them", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      expect(yield* codeOf(ask("Hi"))).toEqual([429, "1302"])
      expect(yield* codeOf(ask("Hi"), { fault: "none" })).toEqual([200, undefined])
      yield* simulator.setFaults([{ name: "code", arg: "1113" }])
      expect(yield* codeOf(ask("Hi"))).toEqual([429, "1113"])
      yield* simulator.setFaults("")
      expect(yield* codeOf(ask("Hi"))).toEqual([200, undefined])
      const error = yield* Effect.flip(simulator.setFaults("nonsense"))
      expect(error._tag).toBe("FaultParseError")
      const failed = yield* Effect.flip(Effect.scoped(Simulator.make({ faults: [{ name: "code" }] })))
      expect(failed._tag).toBe("FaultParseError")
    }).pipe(withSimulator({ faults: "code:1302" }))
  )

  it.live("draws chances from the seed", () => {
    const run = (seed: number) =>
      Effect.forEach(Array.from({ length: 100 }), () =>
        Effect.map(codeOf(ask("Hi", { max_tokens: 1 })), ([status]) => status)
      ).pipe(withSimulator({ seed, faults: "code:1302~30" }))
    return Effect.gen(function* () {
      const first = yield* run(1)
      const refused = first.filter((status) => status === 429).length
      expect(refused).toBeGreaterThan(15)
      expect(refused).toBeLessThan(45)
      expect(yield* run(1)).toEqual(first)
      expect(yield* run(2)).not.toEqual(first)
    })
  })
})

describe("errors", () => {
  it.live("codes come with their status", () =>
    Effect.gen(function* () {
      const codes: Record<string, number> = {
        500: 500,
        1000: 401,
        1113: 429,
        1211: 400,
        1220: 403,
        1234: 500,
        1261: 400,
        1301: 400,
        1302: 429,
        1310: 429,
        7777: 400
      }
      for (const [code, status] of Object.entries(codes)) {
        expect(yield* codeOf(plain, { fault: `code:${code}` })).toEqual([status, code])
      }
      expect((yield* postJson(plain, { fault: "code:1301" }))["contentFilter"]).toEqual([{ level: 1, role: "user" }])
      const quota = yield* postJson(plain, { fault: "code:1308", headers: { "accept-language": "en" } })
      expect(quota["error"].message).toMatch(/reset at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      expect(yield* codeOf(plain, { fault: "code:1302,status:503" })).toEqual([503, "1302"])
    }).pipe(withSimulator())
  )

  it.live("come in every envelope", () =>
    Effect.gen(function* () {
      const of = (envelope: string) => postJson(plain, { fault: `code:1302,envelope:${envelope}` })
      expect((yield* of("number"))["error"].code).toBe(1302)
      expect((yield* of("error-string"))["error"]).toBeTypeOf("string")
      expect(yield* of("flat")).toMatchObject({ code: 1302, success: false })
      expect(Object.keys(yield* of("message"))).toEqual(["message"])
      expect(yield* of("code-message")).toMatchObject({ code: 1302 })
      expect(yield* of("request-id")).toHaveProperty("request_id")
      expect(yield* of("anthropic")).toMatchObject({ type: "error", error: { type: "rate_limit_error", code: "1302" } })
    }).pipe(withSimulator())
  )

  it.live("have bare statuses, headers and disguises", () =>
    Effect.gen(function* () {
      const bare = yield* post(plain, { fault: "status:503" })
      expect([bare.status, yield* text(bare)]).toEqual([503, ""])
      const proxy = yield* post(plain, { fault: "status:502-html" })
      expect([proxy.status, proxy.headers.get("content-type")]).toEqual([502, "text/html"])
      const hinted = yield* post(plain, { fault: "code:1302,retry-after:1.5,retry-after-ms:1500,x-should-retry:false" })
      expect(hinted.headers.get("retry-after")).toBe("1.5")
      expect(hinted.headers.get("retry-after-ms")).toBe("1500")
      expect(hinted.headers.get("x-should-retry")).toBe("false")
      const dated = yield* post(plain, { fault: "code:1302,retry-after-date:-60" })
      expect(Date.parse(dated.headers.get("retry-after") ?? "")).toBeLessThan(Date.now())
      const hidden = yield* post(plain, { fault: "error-200:1305" })
      expect(hidden.status).toBe(200)
      expect(hidden.headers.get("content-type")).toContain("application/json")
      expect((yield* json(hidden))["error"].code).toBe("1305")
      const moved = yield* post(plain, { fault: "redirect:307" })
      expect([moved.status, moved.headers.get("location")]).toEqual([307, "/redirected/chat/completions"])
      const portal = yield* post(plain, { fault: "html-200" })
      expect(portal.headers.get("content-type")).toContain("text/html")
      const empty = yield* post(plain, { fault: "empty-body" })
      expect([empty.status, empty.headers.get("content-type"), yield* text(empty)]).toEqual([
        200,
        "text/event-stream;charset=UTF-8",
        ""
      ])
      const whole = yield* post(plain, { fault: "json-completion" })
      expect((yield* json(whole))["object"]).toBe("chat.completion")
    }).pipe(withSimulator())
  )

  it.live("of a skewed clock show in Date and in the check of tokens", () =>
    Effect.gen(function* () {
      const token = () => `Bearer ${jwt(Simulator.defaultApiKey, { exp: Date.now() + 60_000, timestamp: Date.now() })}`
      const fault = "clock-skew:3600000"
      const response = yield* post(ask("Hi"), { fault, authorization: token() })
      expect(response.status).toBe(401)
      expect((yield* json(response))["error"].code).toBe("1003")
      expect(Date.parse(response.headers.get("date") ?? "") - Date.now()).toBeGreaterThan(3_500_000)
    }).pipe(withSimulator())
  )
})

describe("streams", () => {
  const data = (fault: string, body: Json = plain) => Effect.map(postText(body, { fault }), dataOf)

  it.live("end in many ways", () =>
    Effect.gen(function* () {
      const whole = yield* data("none")
      const finish = whole.at(-2) ?? ""
      expect(yield* data("no-done")).toEqual(whole.slice(0, -1))
      expect(yield* data("no-finish")).toEqual(whole.filter((one) => one !== finish))
      expect(yield* data("double-done")).toEqual([...whole, "[DONE]"])
      expect(yield* data("double-finish")).toEqual([...whole.slice(0, -1), finish, "[DONE]"])
      expect(yield* data("forged-done")).toEqual([...whole.slice(0, -1), "[DONE]x"])
      expect((yield* data("forged-done@chunk:2")).slice(1, 4)).toEqual([whole[1], "[DONE]x", whole[2]])
      expect((yield* data("junk-after-done")).length).toBeGreaterThan(whole.length)
    }).pipe(withSimulator())
  )

  it.live("carry errors", () =>
    Effect.gen(function* () {
      const whole = yield* data("none")
      const framed = yield* data("error-frame:1305@chunk:2")
      expect(framed.slice(0, 2)).toEqual(whole.slice(0, 2))
      expect(framed).toHaveLength(3)
      expect(JSON.parse(framed[2] ?? "").error.code).toBe("1305")
      expect(JSON.parse((yield* data("error-frame:1302"))[0] ?? "").error.code).toBe("1302")
      expect(yield* data("error-frame:1302,envelope:number")).toEqual([expect.stringContaining(`"code":1302`)])
      const bare = yield* postText(plain, { fault: "bare-error@chunk:1" })
      expect(bare.split("\n").at(-2)).toMatch(/^\{"error":\{"code":"500"/)
      const named = yield* postText(plain, { fault: "event-error" })
      expect(named).toMatch(/^event: error\ndata: \{"error":\{"code":"1302",.*"request_id":".*\n\ndata: \[DONE\]\n\n$/)
    }).pipe(withSimulator())
  )

  it.live("are framed in every way the standard allows", () =>
    Effect.gen(function* () {
      const whole = yield* postText(plain)
      expect(yield* postText(plain, { fault: "crlf" })).toBe(whole.replaceAll("\n", "\r\n"))
      expect(yield* postText(plain, { fault: "cr" })).toBe(whole.replaceAll("\n", "\r"))
      expect(yield* postText(plain, { fault: "no-space" })).toBe(whole.replaceAll("data: ", "data:"))
      expect(yield* postText(plain, { fault: "comments" })).toBe(whole.replaceAll("data: ", ": keep-alive\ndata: "))
      expect(yield* postText(plain, { fault: "event-field" })).toBe(
        whole.replaceAll("data: ", "event: message\ndata: ")
      )
      expect(yield* postText(plain, { fault: "multiline-data" })).toBe(
        whole.replaceAll(`,"choices":`, `,\ndata: "choices":`)
      )
      expect(yield* postText(plain, { fault: "retry-field:x@chunk:1" })).toContain("\n\nretry: x\ndata: ")
      expect(yield* postText(plain, { fault: "id-field" })).toContain("id: 3\ndata: ")
      const marked = yield* Effect.flatMap(post(plain, { fault: "bom" }), (response) =>
        Effect.promise(() => response.arrayBuffer())
      )
      expect(Array.from(new Uint8Array(marked).slice(0, 3))).toEqual([0xef, 0xbb, 0xbf])
      expect(yield* postText(plain, { fault: "split:7" })).toBe(whole)
      for (const [fault, encoding] of [
        ["gzip", "gzip"],
        ["brotli", "br"]
      ]) {
        const response = yield* post(plain, { fault: fault ?? "" })
        expect(response.headers.get("content-encoding")).toBe(encoding)
        expect(yield* text(response)).toBe(whole)
      }
    }).pipe(withSimulator())
  )

  it.live("have frames that are no chunks, with the answer whole around them", () =>
    Effect.gen(function* () {
      const whole = yield* data("none")
      const content = contentOf(chunksOf(yield* postText(plain)))
      for (const [fault, frame] of [
        ["null-frame", "null"],
        ["array-frame@chunk:3", "[]"]
      ] as const) {
        const found = yield* data(fault)
        expect(found.filter((one) => one !== frame)).toEqual(whole)
        expect(found.filter((one) => one === frame)).toHaveLength(1)
      }
      const broken = (yield* data("malformed@chunk:2"))[2] ?? ""
      expect(() => JSON.parse(broken)).toThrow()
      for (const fault of [
        "choices-null",
        "choices-missing",
        "delta-null",
        "delta-missing",
        "finish-empty-string",
        "finish-null",
        "empty-content",
        "proto-keys",
        "usage-separate"
      ]) {
        const chunks = yield* streamed(plain, { fault })
        expect(contentOf(chunks)).toBe(content)
      }
      expect(yield* postText(plain, { fault: "proto-keys" })).toContain(`"__proto__":{"polluted":true}`)
      const huge = yield* streamed(plain, { fault: "huge-event:100000@chunk:0" })
      expect(huge[0]?.["choices"][0].delta.content).toHaveLength(100000)
      const bytes = yield* Effect.flatMap(post(plain, { fault: "invalid-utf8" }), (response) =>
        Effect.promise(() => response.arrayBuffer())
      )
      expect(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)).toThrow()
      expect(chunksOf(new TextDecoder().decode(bytes))).toHaveLength(whole.length)
    }).pipe(withSimulator())
  )

  it.live("switch to another completion", () =>
    Effect.gen(function* () {
      const chunks = yield* streamed(plain, { fault: "id-change@chunk:3" })
      const ids = chunks.map((chunk) => chunk["id"])
      expect(new Set(ids).size).toBe(2)
      expect(ids.indexOf(ids.at(-1))).toBe(3)
      const glued = yield* data("glued@chunk:2")
      expect(glued[2]).toMatch(/^\{"id":"\w+",.*"delta":\{"roldata: \{"id":"\w+",.*\}\}$/)
      expect(() => JSON.parse(glued[2] ?? "")).toThrow()
    }).pipe(withSimulator())
  )

  it.live("finish, count and name as told", () =>
    Effect.gen(function* () {
      const last = (fault: string) => Effect.map(streamed(plain, { fault }), (chunks) => chunks.at(-1) ?? {})
      expect((yield* last("finish:network_error"))["choices"][0].finish_reason).toBe("network_error")
      expect(yield* last("usage-none")).not.toHaveProperty("usage")
      expect((yield* last("usage-null-details"))["usage"]).toMatchObject({ prompt_tokens_details: null })
      expect(yield* last("usage-separate")).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
      expect((yield* last("model:glm-5.3"))["model"]).toBe("glm-5.3")
      const whole = yield* postJson(ask("Hi"), { fault: "finish:sensitive" })
      expect(whole["choices"][0].finish_reason).toBe("sensitive")
    }).pipe(withSimulator())
  )

  it.live("call tools in every odd way", () =>
    Effect.gen(function* () {
      const of = (fault: string, body: Json = call) => Effect.map(streamed(body, { fault }), callsOf)
      const whole = { city: "Paris" }
      expect((yield* of("no-tool-id"))[0]).not.toHaveProperty("id")
      expect((yield* of("numeric-tool-id"))[0]?.["id"]).toBeTypeOf("number")
      expect((yield* of("empty-tool-id"))[0]?.["id"]).toBe("")
      expect((yield* of("no-tool-index"))[0]).not.toHaveProperty("index")
      expect((yield* of("tool-index-minus-one,tools:2")).map((one) => one["index"])).toEqual([-1, -1])
      expect((yield* of("tool-index-from-1,tools:2")).map((one) => one["index"])).toEqual([1, 2])
      expect((yield* of("tool-index:1e9"))[0]?.["index"]).toBe(1e9)
      expect((yield* of("same-tool-index,tools:2")).map((one) => one["index"])).toEqual([0, 0])
      expect((yield* of("args-object"))[0]?.["function"].arguments).toEqual(whole)
      expect((yield* of("args-empty"))[0]?.["function"].arguments).toBe("")
      expect((yield* of("args-double"))[0]?.["function"].arguments).toBe("{}{}")
      expect((yield* of("tool-name-tail"))[0]?.["function"].name).toBe("get_weather</arg_value>")
      expect((yield* of("unknown-tool:toString"))[0]?.["function"].name).toBe("toString")
      expect(yield* of("tools:500")).toHaveLength(500)
      expect(yield* of("tools:2", plain)).toHaveLength(2)
      expect(() => JSON.parse("")).toThrow()
      const cut = (yield* of("cut-args"))[0]?.["function"].arguments
      expect(JSON.stringify(whole).startsWith(cut)).toBe(true)
      expect(() => JSON.parse(cut)).toThrow()
      const joined = (calls: ReadonlyArray<Json>) => calls.map((one) => one["function"].arguments).join("")
      const late = yield* of("late-tool-name")
      expect(late.map((one) => one["function"].name ?? "")).toEqual([...late.slice(1).map(() => ""), "get_weather"])
      const nulled = yield* of("null-tool-name")
      expect(nulled.slice(1).every((one) => one["function"].name === null)).toBe(true)
      const repeated = yield* of("repeat-tool-name")
      expect(repeated.length).toBeGreaterThan(1)
      expect(repeated.every((one) => one["function"].name === "get_weather" && one["id"] === repeated[0]?.["id"])).toBe(
        true
      )
      for (const calls of [late, nulled, repeated]) expect(JSON.parse(joined(calls))).toEqual(whole)
      expect(joined(yield* of("dup-args"))).toBe(JSON.stringify(whole).repeat(2))
    }).pipe(withSimulator())
  )
})

describe("a fault that cannot happen", () => {
  const unfit = "x-zhipu-fault-without-effect"

  it.live("to a whole answer is told in its headers, and logged once", () => {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ message }) => void lines.push(String(message)))
    return Effect.gen(function* () {
      for (const fault of ["idle@chunk:2", "idle@chunk:2", "slow:200, truncate@chunk:9, split:5"]) {
        const response = yield* post(ask("Hi"), { fault })
        expect((yield* json(response))["object"]).toBe("chat.completion")
        expect(response.headers.get(unfit)).toBe(fault.startsWith("idle") ? fault : "slow:200,truncate@chunk:9")
      }
      expect(lines).toHaveLength(2)
      expect(lines[0]).toMatch(/^Fault idle@chunk:2 acts on streams: it did nothing/)
      expect((yield* post(plain, { fault: "slow:1" })).headers.has(unfit)).toBe(false)
      expect((yield* post(ask("Hi"), { fault: "split:5" })).headers.has(unfit)).toBe(false)
      expect((yield* post(ask("Hi"))).headers.has(unfit)).toBe(false)
      expect(yield* codeOf(ask("Hi", { temprature: 1 }))).toEqual([200, undefined])
      expect(yield* codeOf(ask("Hi", { temprature: 1 }))).toEqual([200, undefined])
      expect(lines.slice(2)).toEqual(["There is no field temprature: was it meant to be temperature?"])
    }).pipe(withSimulator(), Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })

  it.live("to an operation, or to a chat, is told as well, and not counted", () => {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ message }) => void lines.push(String(message)))
    return Effect.gen(function* () {
      const embeddings = { model: "embedding-3", input: ["a", "b"], dimensions: 256 }
      const vectors = (fault: string) => post(embeddings, { fault, path: "/embeddings" })
      for (const [fault, asked, told] of [
        ["task:fail", post(ask("Hi"), { fault: "task:fail" }), /^Fault task:fail acts on operations beside chat/],
        ["embed:short", post(plain, { fault: "embed:short" }), /^Fault embed:short acts on operations beside chat/],
        ["truncate@chunk:3", vectors("truncate@chunk:3"), /^Fault truncate@chunk:3 acts on chats/],
        ["finish:length", vectors("finish:length"), /^Fault finish:length acts on chats/],
        ["media:expired", vectors("media:expired"), /^Fault media:expired acts on other operations.* to embeddings/]
      ] as const) {
        const response = yield* asked
        expect([fault, response.status, response.headers.get(unfit)]).toEqual([fault, 200, fault])
        expect(lines.splice(0)).toEqual([expect.stringMatching(told)])
      }
      // What did nothing to the chat is still to come.
      const simulator = yield* Simulator.Simulator
      yield* simulator.setFaults("embed:short*1")
      expect((yield* post(ask("Hi"))).headers.get(unfit)).toBe("embed:short*1")
      const short = yield* json(yield* post(embeddings, { path: "/embeddings" }))
      expect(short["data"]).toHaveLength(1)
      expect((yield* json(yield* post(embeddings, { path: "/embeddings" })))["data"]).toHaveLength(2)
    }).pipe(withSimulator(), Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })
})
