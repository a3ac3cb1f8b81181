import { describe, expect, expectTypeOf, it } from "@effect/vitest"
import {
  type ChatCompletion,
  ChunkEvent,
  Message,
  ProviderTool,
  Tool,
  Toolkit,
  ToolLoop,
  ZhipuChat
} from "@effect-zhipu/client"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { Context, Deferred, Effect, Fiber, Layer, Schema, type Scope, Stream } from "effect"
import { outcome, story } from "./support/agent.js"
import { mock, streamed, client, request } from "./support/http.js"
import * as Sim from "./support/simulator.js"

const described = <A extends Schema.Schema.Any>(schema: A) =>
  Tool.make("f", { description: "F", parameters: schema }).wire

describe("Tool.make", () => {
  it("shows the model the JSON Schema of what it shall send", () => {
    class Range extends Schema.Class<Range>("Range")({ from: Schema.Date, to: Schema.optional(Schema.Date) }) {}
    const tool = Tool.make("get_weather", {
      description: "The weather",
      parameters: {
        city: Schema.String.annotations({ description: "In English" }),
        unit: Schema.optionalWith(Schema.Literal("celsius", "fahrenheit"), { default: () => "celsius" as const }),
        range: Range
      }
    })
    expect(tool.wire).toEqual({
      type: "function",
      function: {
        name: "get_weather",
        description: "The weather",
        parameters: {
          type: "object",
          required: ["city", "range"],
          properties: {
            city: { type: "string", description: "In English" },
            unit: { type: "string", enum: ["celsius", "fahrenheit"] },
            range: {
              type: "object",
              required: ["from"],
              properties: {
                from: { type: "string", description: expect.any(String) },
                to: { type: "string", description: expect.any(String) }
              },
              additionalProperties: false
            }
          },
          additionalProperties: false
        }
      }
    })
  })

  it("takes a class, a recursive Schema and no parameters at all", () => {
    class Point extends Schema.Class<Point>("Point")({ x: Schema.Number }) {}
    expect(described(Point).function.parameters).toMatchObject({
      type: "object",
      properties: { x: { type: "number" } }
    })
    interface Tree {
      readonly name: string
      readonly children: ReadonlyArray<Tree>
    }
    const Tree: Schema.Schema<Tree> = Schema.Struct({
      name: Schema.String,
      children: Schema.Array(Schema.suspend(() => Tree))
    }).annotations({ identifier: "Tree" })
    expect(described(Tree).function.parameters).toMatchObject({
      type: "object",
      properties: { children: { items: { $ref: "#/$defs/Tree" } } },
      $defs: { Tree: { type: "object" } }
    })
    const none = { type: "object", properties: {} }
    expect(Tool.make("f", { description: "F" }).wire.function.parameters).toEqual(none)
    expect(described(Schema.Struct({})).function.parameters).toEqual(none)
  })

  it("refuses a name that the service would refuse, and parameters that are no object", () => {
    for (const name of ["", "a b", "天气", "a".repeat(65), "a.b"]) {
      expect(() => Tool.make(name, { description: "" })).toThrow(/cannot be named/)
    }
    expect(Tool.make("a-B_9".repeat(12), { description: "" }).name).toHaveLength(60)
    expect(() => described(Schema.String)).toThrow(/not an object/)
    expect(() => described(Schema.Struct({ n: Schema.BigIntFromSelf }))).toThrow(/JSON Schema/)
  })

  it("keeps the defaults of the policy that are not named", () => {
    const policyOf = (policy: Tool.OnError | Partial<Tool.Policy> | undefined) =>
      Tool.make("f", { description: "", policy }).policy
    expect(policyOf(undefined)).toEqual(Tool.defaultPolicy)
    expect(policyOf({ onDefect: "tell" })).toEqual({ ...Tool.defaultPolicy, onDefect: "tell" })
    expect(new Set(Object.values(policyOf("fail")))).toEqual(new Set(["fail"]))
  })
})

class Database extends Context.Tag("Database")<Database, { readonly find: (id: number) => Effect.Effect<string> }>() {}

const find = Tool.make("find", {
  description: "Finds",
  parameters: { id: Schema.NumberFromString },
  success: Schema.Struct({ name: Schema.String, at: Schema.Date }),
  failure: Schema.Literal("missing")
})
const ping = Tool.make("ping", { description: "Pings" })
const toolkit = Toolkit.make(find, ping)

const found = { name: "Ada", at: new Date(0) }

const turns = MockChat.layer([
  MockChat.toolCalls([
    { name: "find", arguments: { id: "7" }, id: "a" },
    { name: "ping", arguments: "{}", id: "b" }
  ]),
  MockChat.text("done")
])

const loop = ToolLoop.stream({ request, toolkit })

describe("a toolkit", () => {
  it("keeps the types: of parameters, results, failures, and of what handlers need", () => {
    const layer = toolkit.toLayer({
      find: ({ id }, call) => {
        expectTypeOf(id).toEqualTypeOf<number>()
        expectTypeOf(call.id).toEqualTypeOf<string>()
        return Effect.map(
          Effect.flatMap(Database, (database) => database.find(id)),
          (name) => ({ name, at: new Date(0) })
        )
      },
      ping: () => Effect.asVoid(Effect.scope)
    })
    expectTypeOf(layer).toEqualTypeOf<
      Layer.Layer<Toolkit.Handler<typeof find> | Toolkit.Handler<typeof ping>, never, Database>
    >()
    expectTypeOf(loop).toExtend<
      Stream.Stream<unknown, unknown, ZhipuChat.ZhipuChat | Toolkit.Handler<typeof find> | Toolkit.Handler<typeof ping>>
    >()
    type Handlers = Toolkit.HandlersFrom<typeof toolkit.tools>
    type Ping = { readonly ping: () => Effect.Effect<void> }
    type Find<A, E = never> = Ping & { readonly find: (parameters: { readonly id: number }) => Effect.Effect<A, E> }
    expectTypeOf<Find<typeof found, "missing">>().toExtend<Handlers>()
    expectTypeOf<Ping>().not.toExtend<Handlers>()
    expectTypeOf<Find<typeof found, "other">>().not.toExtend<Handlers>()
    expectTypeOf<Find<number>>().not.toExtend<Handlers>()
    type Result = Extract<Stream.Stream.Success<typeof loop>, { readonly _tag: "ToolResult"; readonly name: "find" }>
    expectTypeOf<Result["result"]>().toEqualTypeOf<{ readonly name: string; readonly at: Date }>()
  })

  const run = () =>
    outcome(loop).pipe(
      Effect.provide([
        toolkit.toLayer({ find: () => Effect.succeed(found), ping: () => Effect.succeed("pong") }),
        turns
      ])
    )

  it.effect("encodes results by the Schema, and gives them decoded", () =>
    Effect.gen(function* () {
      const { events } = yield* run()
      expect(story(events).slice(1, 3)).toEqual([
        '1 ToolResult a {"name":"Ada","at":"1970-01-01T00:00:00.000Z"}',
        "1 ToolResult b pong"
      ])
      expect(events.find((event) => event._tag === "ToolResult")).toMatchObject({ result: found })
    })
  )

  it.effect("a result that is not of the Schema is a defect of the handler", () =>
    Effect.gen(function* () {
      const wrong = JSON.parse('{"name":7}') as typeof found
      const { error } = yield* outcome(loop).pipe(
        Effect.provide([toolkit.toLayer({ find: () => Effect.succeed(wrong), ping: () => Effect.succeed(1) }), turns])
      )
      expect(error).toMatchObject({ _tag: "ToolExecutionError", reason: "Defect", tool: "find" })
    })
  )

  it.effect("handlers use services of where the layer is made, and a scope of each call", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const resource = (name: string): Effect.Effect<void, never, Scope.Scope> =>
        Effect.acquireRelease(
          Effect.sync(() => void log.push(`open ${name}`)),
          () => Effect.sync(() => void log.push(`close ${name}`))
        )
      const layer = toolkit
        .toLayer(
          Effect.gen(function* () {
            yield* resource("layer")
            const database = yield* Database
            return {
              find: ({ id }) =>
                Effect.zipRight(
                  resource("call"),
                  Effect.map(database.find(id), (name) => ({ name, at: new Date(0) }))
                ),
              ping: (_, call) => Effect.succeed(call)
            } satisfies Toolkit.HandlersFrom<typeof toolkit.tools>
          })
        )
        .pipe(Layer.provide(Layer.succeed(Database, { find: (id) => Effect.succeed(`number ${id}`) })))
      const { events } = yield* outcome(loop).pipe(
        Effect.tap(() => void log.push("end")),
        Effect.provide([layer, turns])
      )
      expect(story(events)).toContain('1 ToolResult a {"name":"number 7","at":"1970-01-01T00:00:00.000Z"}')
      expect(story(events)).toContain('1 ToolResult b {"id":"b","name":"ping","round":1}')
      expect(log).toEqual(["open layer", "open call", "close call", "end", "close layer"])
    })
  )

  it.effect("services that the layer was given win over those of the loop, in handlers and in Schemas", () =>
    Effect.gen(function* () {
      const Named = Schema.transformOrFail(Schema.String, Schema.String, {
        strict: true,
        decode: () => Effect.flatMap(Database, (database) => database.find(1)),
        encode: (name) => Effect.succeed(name)
      })
      const kit = Toolkit.make(Tool.make("look", { description: "Looks", parameters: { who: Named } }))
      const database = (name: string) => Layer.succeed(Database, { find: () => Effect.succeed(name) })
      const layer = kit.toLayer({
        look: ({ who }) =>
          Effect.map(
            Effect.flatMap(Database, (database) => database.find(2)),
            (name) => ({ who, name })
          )
      })
      const { events } = yield* outcome(ToolLoop.stream({ request, toolkit: kit })).pipe(
        Effect.provide([
          Layer.provide(layer, database("sandbox")),
          database("production"),
          MockChat.layer([MockChat.toolCall({ name: "look", arguments: { who: "x" }, id: "a" }), MockChat.text("ok")])
        ])
      )
      expect(story(events)).toContain('1 ToolResult a {"who":"sandbox","name":"sandbox"}')
    })
  )

  it.effect("tools of two toolkits may share a name, and each has its own handler", () =>
    Effect.gen(function* () {
      const other = Toolkit.make(Tool.make("ping", { description: "Pings another", parameters: { to: Schema.String } }))
      const own = Toolkit.make(ping)
      const ran: Array<string> = []
      const pinged = (what: string) => Effect.sync(() => (ran.push(what), what))
      const ownLayer = own.toLayer({ ping: () => pinged("own") })
      const otherLayer = other.toLayer({ ping: ({ to }) => pinged(`other ${to}`) })
      const play = <T extends Toolkit.Tools>(toolkit: Toolkit.Toolkit<T>) =>
        outcome(ToolLoop.stream({ request, toolkit })).pipe(
          Effect.provide(
            MockChat.layer([
              MockChat.toolCall({ name: "ping", arguments: { to: "Ada" }, id: "a" }),
              MockChat.text("done")
            ])
          )
        )
      yield* Effect.zipRight(play(own), play(other)).pipe(Effect.provide([ownLayer, otherLayer]))
      yield* Effect.zipRight(play(own), play(other)).pipe(Effect.provide([otherLayer, ownLayer]))
      expect(ran).toEqual(["own", "other Ada", "own", "other Ada"])
      // The types cannot tell two definitions of one form apart.
      const twin = Toolkit.make(Tool.make("ping", { description: "Pings too" }))
      const exit = yield* Effect.exit(play(twin).pipe(Effect.provide(ownLayer)))
      expect(String(exit)).toContain("The handler of the tool ping is not provided")
      expect(ran).toHaveLength(4)
    })
  )

  it("refuses two tools of one name, and more than a request may offer", () => {
    expect(() => Toolkit.make(ping, ping)).toThrow(/Two tools/)
    const many = (n: number) =>
      Toolkit.make(...Array.from({ length: n }, (_, i) => Tool.make(`t${i}`, { description: "" })))
    expect(many(128).wire).toHaveLength(128)
    expect(() => many(129)).toThrow(/128/)
    expect(Toolkit.merge(Toolkit.make(find), Toolkit.make(ping)).wire).toEqual(toolkit.wire)
    expect(() => Toolkit.merge(toolkit, toolkit)).toThrow(/Two tools/)
  })
})

const weather = Toolkit.make(
  Tool.make("get_weather", {
    description: "The weather in a city, now",
    parameters: { city: Schema.String },
    success: Schema.Struct({ city: Schema.String, celsius: Schema.Number })
  })
)

const weatherRequest = { ...Sim.toolQuestion, tools: [] }

describe("against the simulator, over sockets", () => {
  it.live("two calls, their results, the answer", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const events = yield* ToolLoop.stream({ request: weatherRequest, toolkit: weather }).pipe(Stream.runCollect)
      const chunks = Array.from(events).flatMap((event) => (event._tag === "Chunk" ? [event.event] : []))
      expect(Sim.textOf(chunks)).toContain('{"city":"London","celsius":11}')
      const [, second] = yield* simulator.requests
      const body = Object(second?.body)
      expect(body.messages.map(({ role }: Message.Message) => role)).toEqual(["user", "assistant", "tool", "tool"])
      const first = chunks.slice(0, chunks.findIndex(ChunkEvent.isFinished))
      expect(body.messages[1].reasoning_content).toBe(Sim.reasoningOf(first))
      expect(body.messages[1].tool_calls.map(({ id }: Message.ToolCall) => id)).toEqual(
        Sim.callsOf(first).map(({ id }) => id)
      )
    }).pipe(
      Effect.provide(
        Layer.merge(
          weather.toLayer({ get_weather: ({ city }) => Effect.succeed({ city, celsius: 11 }) }),
          Sim.layer("node")
        )
      )
    )
  )

  for (const fault of [
    "cut-args",
    "unknown-tool:nope",
    "args-double",
    "late-tool-name",
    "no-tool-id",
    "numeric-tool-id"
  ]) {
    it.live(`${fault}: no handler runs with anything but whole arguments`, () =>
      Effect.gen(function* () {
        const ran: Array<string> = []
        const { error } = yield* outcome(ToolLoop.stream({ request: weatherRequest, toolkit: weather })).pipe(
          Effect.provide(
            weather.toLayer({
              get_weather: ({ city }) => Effect.sync(() => (ran.push(city), { city, celsius: 1 }))
            })
          ),
          Sim.withFaults(`${fault}*1`)
        )
        const runs = fault.endsWith("id") || fault.startsWith("late")
        expect(ran.sort()).toEqual(runs ? ["London", "Paris"] : [])
        expect(error?._tag).toBe(fault === "cut-args" ? "ToolCallError" : undefined)
      }).pipe(Effect.provide(Sim.layer("node")))
    )
  }

  it.live("interrupting closes the connection of the turn, and a handler", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const interrupted = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      const handlers = weather.toLayer({
        get_weather: () =>
          Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      })
      const inHandler = yield* Effect.fork(
        ToolLoop.run({ request: weatherRequest, toolkit: weather }).pipe(Effect.provide(handlers))
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(inHandler)
      expect(yield* Deferred.isDone(interrupted)).toBe(true)
      yield* simulator.setFaults("idle@chunk:3")
      const inTurn = yield* Deferred.make<void>()
      const reading = yield* Effect.fork(
        ToolLoop.stream({ request: weatherRequest, toolkit: weather }).pipe(
          Stream.runForEach(() => Deferred.succeed(inTurn, undefined)),
          Effect.provide(handlers)
        )
      )
      yield* Deferred.await(inTurn)
      yield* Fiber.interrupt(reading)
      const { disconnects } = yield* Sim.eventually(simulator.stats, ({ disconnects }) => disconnects.length > 0)
      expect(disconnects).toHaveLength(1)
    }).pipe(Effect.provide(Sim.layer("node")))
  )
})

const answer = (fields: object, message: object): ChatCompletion.ChatCompletion => ({
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", ...message } }],
  ...fields
})

const pages = [
  { refer: "ref_1", title: "One", link: "https://example.com/1" },
  { refer: "ref_2", title: "Two", link: "" }
]

describe("tools of the service", () => {
  it("citations point at the places of the text, and at their pages", () => {
    const content = "A[ref_1]，B【ref_2】 C [ref_9] 晴[1][2] list[7] [10] 来源:[1]"
    const cited = ProviderTool.citations(answer({ web_search: pages }, { content }))
    expect(cited.map(({ end, refer, result, start }) => [content.slice(start, end), refer, result?.title])).toEqual([
      ["[ref_1]", "ref_1", "One"],
      ["【ref_2】", "ref_2", "Two"],
      ["[ref_9]", "ref_9", undefined],
      ["[1]", "ref_1", "One"],
      ["[2]", "ref_2", "Two"],
      ["[1]", "ref_1", "One"]
    ])
    expect(ProviderTool.citations(answer({}, { content: "see [1]" }))).toEqual([])
    expect(ProviderTool.searchResults(answer({}, {}))).toEqual([])
  })

  it.live("the web search of the simulator is cited, streamed or not", () =>
    Effect.gen(function* () {
      const asked = {
        model: "glm-4.6",
        messages: [Message.user("Search the news about the sea")],
        tools: [Tool.webSearch({ search_engine: "search_std" })]
      }
      const whole = yield* ZhipuChat.complete(asked)
      const streamed = yield* ChunkEvent.fold(ZhipuChat.stream(asked))
      expect(ProviderTool.searchResults(whole)).toHaveLength(3)
      const cited = ProviderTool.citations(whole)
      expect(cited.map(({ refer, result }) => [refer, result?.link])).toEqual(
        [1, 2, 3].map((n) => [`ref_${n}`, `https://example.com/search/${n}`])
      )
      expect(ProviderTool.citations(streamed)).toEqual(cited)
    }).pipe(Effect.provide(Sim.layer("node")))
  )

  const mcp = (id: string, fields: object) => ({
    id,
    type: "mcp",
    index: 0,
    mcp: { id, server_label: "maps", ...fields }
  })
  const calls = [
    mcp("m1", { type: "mcp_list_tools", tools: [{ name: "route", description: "A route", input_schema: {} }] }),
    mcp("m2", { type: "mcp_call", name: "route", arguments: '{"to":"Rome"}', output: "left, then right", error: null }),
    { id: "m3", type: "mcp", mcp: "unreadable" },
    { id: "r", type: "retrieval", retrieval: { documents: ["a"] } }
  ]

  it("calls of servers have types, and what is not readable is kept", () => {
    const completion = answer({}, { tool_calls: calls })
    const [listed, called, ...more] = ProviderTool.mcpCalls(completion)
    expect(listed?.tools?.map((tool) => tool.name)).toEqual(["route"])
    expect(called).toMatchObject({ type: "mcp_call", name: "route", output: "left, then right" })
    expect(called?.error).toBeUndefined()
    expect(more).toEqual([])
    expect(ProviderTool.providerCalls(completion).map(({ payload, type }) => [type, payload])).toEqual(
      calls.map((call) => [call.type, Object(call)[call.type]])
    )
    expect(ProviderTool.retrievals(completion)).toEqual([{ documents: ["a"] }])
  })

  it.effect("need no handler in a loop, and go back with the turn", () =>
    Effect.gen(function* () {
      const chunk = (choice: object) => `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, ...choice }] })}\n\n`
      const over = mock([
        streamed(
          chunk({ delta: { tool_calls: [calls[1]] } }),
          chunk({
            delta: { tool_calls: [{ index: 1, id: "p", type: "function", function: { name: "ping", arguments: "" } }] }
          }),
          chunk({ delta: {}, finish_reason: "tool_calls" }),
          "data: [DONE]\n\n"
        ),
        streamed(chunk({ delta: { content: "ok" }, finish_reason: "stop" }), "data: [DONE]\n\n")
      ])
      const { events, error } = yield* outcome(
        ToolLoop.stream({ request: { ...request, tools: [Tool.mcp({ server_label: "maps" })] }, toolkit })
      ).pipe(
        Effect.provide([
          toolkit.toLayer({ find: () => Effect.fail("missing" as const), ping: () => Effect.succeed("pong") }),
          client(over)
        ])
      )
      expect(error).toBeUndefined()
      expect(story(events)).toContain("1 ToolResult p pong")
      const turn = events.find((event) => event._tag === "TurnFinished")
      if (turn === undefined) throw new Error("no turn")
      expect(ProviderTool.mcpCalls(turn.completion)).toMatchObject([{ name: "route" }])
      const sent = Object(JSON.parse(over.sent[1]?.body ?? "")).messages
      expect(sent.slice(1)).toMatchObject([
        {
          role: "assistant",
          tool_calls: [
            { id: "p", type: "function" },
            { id: "m2", type: "mcp", mcp: { name: "route" } }
          ]
        },
        { role: "tool", tool_call_id: "p" }
      ])
    })
  )
})
