import { describe, expect, it } from "@effect/vitest"
import { Message, Tool, ToolError, Toolkit, ToolLoop, Transcript } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Deferred, Duration, Effect, Fiber, Layer, Option, Schedule, Schema, Stream, TestClock } from "effect"
import { errorOf, outcome, story } from "./support/agent.js"

const request = { model: "glm-4.6", messages: [Message.user("Work.")] } as const

/** Lets the clock run in small steps until the effect has ended, or ten minutes are over. */
const drive = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    for (let seconds = 0; seconds < 600; seconds++) {
      if (Option.isSome(yield* Fiber.poll(fiber))) break
      yield* TestClock.adjust("1 second")
    }
    if (Option.isNone(yield* Fiber.poll(fiber))) return yield* Effect.dieMessage("it hangs")
    return yield* Fiber.join(fiber)
  })

interface Trial {
  readonly policy?: Tool.OnError | Partial<Tool.Policy>
  readonly timeout?: Duration.DurationInput
  readonly handler: Effect.Effect<unknown, { readonly why: string }>
  readonly concurrency?: number
}

/** `work` after one second, beside `sleep`, which takes five. */
const trial = ({ concurrency, handler, policy, timeout }: Trial) =>
  Effect.gen(function* () {
    const toolkit = Toolkit.make(
      Tool.make("work", { description: "Works", failure: Schema.Struct({ why: Schema.String }), policy, timeout }),
      Tool.make("sleep", { description: "Sleeps" })
    )
    let sleeper = "not begun"
    const layer = toolkit.toLayer({
      work: () => Effect.zipRight(Effect.sleep("1 second"), handler),
      sleep: () =>
        Effect.suspend(() => {
          sleeper = "begun"
          return Effect.sleep("5 seconds")
        }).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => {
              sleeper = exit._tag === "Success" ? "done" : "interrupted"
            })
          ),
          Effect.as("slept")
        )
    })
    const chat = MockChat.layer([
      MockChat.toolCalls([
        { name: "work", arguments: {}, id: "w" },
        { name: "sleep", arguments: {}, id: "s" }
      ]),
      MockChat.text("sorry")
    ])
    const { error, events } = yield* drive(
      outcome(ToolLoop.stream({ request, toolkit, concurrency })).pipe(Effect.provide(Layer.merge(layer, chat)))
    )
    return { error, events, sleeper }
  })

const never = Effect.zipRight(Effect.never, Effect.succeed("never"))

const faults: ReadonlyArray<
  readonly [what: string, handler: Trial["handler"], reason: ToolError.ExecutionReason, told: string]
> = [
  ["fails", Effect.fail({ why: "no paper" }), "Failure", '{"error":{"why":"no paper"}}'],
  [
    "dies",
    Effect.dieMessage("secret of the program"),
    "Defect",
    '{"error":"The tool failed for an unexpected reason."}'
  ],
  ["gives what is not JSON", Effect.succeed(1n), "Defect", '{"error":"The tool failed for an unexpected reason."}'],
  ["hangs", never, "Timeout", '{"error":"The tool was not done within 30s."}'],
  [
    "hangs and cannot be interrupted",
    Effect.uninterruptible(never),
    "Timeout",
    '{"error":"The tool was not done within 30s."}'
  ],
  ["is interrupted", Effect.interrupt, "Interrupted", '{"error":"The tool was stopped before it was done."}'],
  [
    "is interrupted from outside",
    Effect.withFiberRuntime<never>((fiber) => {
      fiber.unsafeInterruptAsFork(fiber.id())
      return Effect.never
    }),
    "Interrupted",
    '{"error":"The tool was stopped before it was done."}'
  ]
]

describe("57. a handler that", () => {
  for (const [what, handler, reason, told] of faults) {
    it.effect(`57. ${what}, policy tell -> the model is told, and siblings go on`, () =>
      Effect.gen(function* () {
        const { error, events, sleeper } = yield* trial({ handler, policy: "tell", timeout: "30 seconds" })
        expect(error).toBeUndefined()
        const settled = [`1 ToolFailed w ${reason} ${told}`, "1 ToolResult s slept"]
        expect(story(events)).toEqual([
          "1 TurnFinished",
          ...(reason === "Timeout" ? settled.reverse() : settled),
          "1 RoundFinished",
          "2 TurnFinished",
          "2 Finished"
        ])
        expect(sleeper).toBe("done")
        const round = events.find((event) => event._tag === "RoundFinished")
        expect(round?.transcript.messages.slice(-2)).toEqual([
          { role: "tool", tool_call_id: "w", content: told },
          { role: "tool", tool_call_id: "s", content: "slept" }
        ])
      })
    )

    it.effect(`57. ${what}, policy fail -> the loop fails, and siblings are interrupted`, () =>
      Effect.gen(function* () {
        const { error, events, sleeper } = yield* trial({ handler, policy: "fail", timeout: "3 seconds" })
        expect(error).toMatchObject({ _tag: "ToolExecutionError", reason, tool: "work", id: "w", round: 1 })
        expect(story(events)).toEqual(["1 TurnFinished"])
        expect(sleeper).toBe("interrupted")
        if (error?._tag !== "ToolExecutionError") throw new Error("no error")
        expect(Transcript.pending(error.transcript).map(({ id }) => id)).toEqual(["w", "s"])
        expect(JSON.stringify(error)).not.toContain("Work.")
        expect(error.message).not.toMatch(/paper|secret/)
        expect(error.cause === undefined).toBe(reason === "Timeout" || reason === "Interrupted")
      })
    )
  }

  it.effect(
    "57. fails the loop after a sibling is done -> its result is in the transcript, and it is not run again",
    () =>
      Effect.gen(function* () {
        const { error } = yield* trial({
          handler: Effect.zipRight(Effect.sleep("9 seconds"), Effect.fail({ why: "late" })),
          policy: "fail"
        })
        if (error?._tag !== "ToolExecutionError") throw new Error("no error")
        expect(error.transcript.messages.at(-1)).toEqual({ role: "tool", tool_call_id: "s", content: "slept" })
        expect(Transcript.pending(error.transcript).map(({ id }) => id)).toEqual(["w"])
      })
  )

  it.effect(
    "57. fails the loop -> what was done is in the transcript, however slow the consumer of the stream is",
    () =>
      Effect.gen(function* () {
        const ran: Array<string> = []
        const toolkit = Toolkit.make(
          Tool.make("pay", { description: "Pays", parameters: { seconds: Schema.Number } }),
          Tool.make("fail", { description: "Fails", failure: Schema.String, policy: "fail" })
        )
        let broken = true
        const layer = toolkit.toLayer({
          pay: ({ seconds }) =>
            Effect.delay(
              Effect.sync(() => (ran.push(`paid ${seconds}`), "paid")),
              Duration.seconds(seconds)
            ),
          fail: () => Effect.delay(broken ? Effect.fail("x") : Effect.succeed("ok"), "5 seconds")
        })
        const chat = MockChat.layer([
          MockChat.toolCalls([
            { name: "pay", arguments: { seconds: 1 }, id: "a" },
            { name: "pay", arguments: { seconds: 2 }, id: "b" },
            { name: "fail", arguments: {}, id: "f" },
            { name: "pay", arguments: { seconds: 3 }, id: "c" }
          ]),
          MockChat.text("done")
        ])
        yield* Effect.gen(function* () {
          const seen: Array<string> = []
          const error = yield* drive(
            errorOf(
              ToolLoop.stream({ request, toolkit }).pipe(
                Stream.runForEach((event) =>
                  event._tag === "ToolResult"
                    ? Effect.delay(
                        Effect.sync(() => void seen.push(event.id)),
                        "1 minute"
                      )
                    : Effect.void
                )
              )
            )
          )
          if (error._tag !== "ToolExecutionError") throw new Error(error._tag)
          expect(Transcript.pending(error.transcript).map(({ id }) => id)).toEqual(["f"])
          expect(seen).toEqual(["a", "b", "c"])
          broken = false
          yield* drive(
            ToolLoop.resume({ request: { model: "glm-4.6" }, toolkit, transcript: error.transcript }).pipe(
              ToolLoop.fold
            )
          )
          expect(ran).toEqual(["paid 1", "paid 2", "paid 3"])
        }).pipe(Effect.provide([layer, chat]))
      })
  )

  it.effect("57. fails the loop -> what waits for its turn is not begun", () =>
    Effect.gen(function* () {
      const { sleeper } = yield* trial({ handler: Effect.fail({ why: "x" }), policy: "fail", concurrency: 1 })
      expect(sleeper).toBe("not begun")
    })
  )

  it.effect(
    "57. goes wrong, by the default policy: failures and timeouts are told, defects and interruptions are not",
    () =>
      Effect.gen(function* () {
        for (const [what, handler, reason] of faults) {
          const { error } = yield* trial({ handler, timeout: "30 seconds" })
          expect([what, error?._tag]).toEqual([
            what,
            reason === "Failure" || reason === "Timeout" ? undefined : "ToolExecutionError"
          ])
        }
      })
  )

  it.effect("57. the round limit -> ToolLoopLimit; the last calls are not run, and resuming runs them", () =>
    Effect.gen(function* () {
      let runs = 0
      const toolkit = Toolkit.make(Tool.make("work", { description: "Works" }))
      const layer = toolkit.toLayer({ work: () => Effect.sync(() => ++runs) })
      const chat = MockChat.layer((_, n) =>
        n < 4 ? MockChat.toolCall({ name: "work", arguments: {}, id: `w${n}` }) : MockChat.text("done")
      )
      yield* Effect.gen(function* () {
        const error = yield* errorOf(ToolLoop.run({ request, toolkit, maxRounds: 3 }))
        if (error._tag !== "ToolLoopLimit") throw new Error(error._tag)
        expect(error).toMatchObject({ maxRounds: 3, round: 3 })
        expect(runs).toBe(2)
        const { transcript } = yield* ToolLoop.resume({
          request: { model: "glm-4.6" },
          toolkit,
          transcript: error.transcript,
          maxRounds: 2
        }).pipe(ToolLoop.fold)
        expect(runs).toBe(4)
        expect(transcript.rounds).toBe(5)
      }).pipe(Effect.provide(Layer.merge(layer, chat)))
    })
  )

  it.effect.each([0, -1, Number.NaN])("57. a round limit of %s is no leave to ask for ever", (maxRounds) =>
    Effect.gen(function* () {
      const toolkit = Toolkit.make(Tool.make("work", { description: "Works" }))
      const layer = toolkit.toLayer({ work: () => Effect.void })
      const chat = MockChat.layer((_, n) =>
        n < 30 ? MockChat.toolCall({ name: "work", arguments: {}, id: `w${n}` }) : MockChat.text("done")
      )
      const error = yield* errorOf(ToolLoop.run({ request, toolkit, maxRounds })).pipe(
        Effect.provide(Layer.merge(layer, chat))
      )
      expect(error).toMatchObject({ _tag: "ToolLoopLimit", round: 1 })
    })
  )
})

describe("handlers", () => {
  it.effect("are run again by the retry of the tool after failures, never after defects, within the timeout", () =>
    Effect.gen(function* () {
      let runs = 0
      const run = (handler: Effect.Effect<string, string>, timeout: Duration.DurationInput) => {
        const toolkit = Toolkit.make(
          Tool.make("work", {
            description: "Works",
            failure: Schema.String,
            retry: Schedule.intersect(Schedule.spaced("2 seconds"), Schedule.recurs(3)),
            timeout,
            policy: "tell"
          })
        )
        runs = 0
        const layer = toolkit.toLayer({ work: () => Effect.suspend(() => (runs++, handler)) })
        const chat = MockChat.layer([MockChat.toolCall({ name: "work", arguments: {} }), MockChat.text("done")])
        return drive(
          outcome(ToolLoop.stream({ request, toolkit })).pipe(
            Effect.provide([layer, chat]),
            Effect.map(({ events }) => [story(events)[1], runs])
          )
        )
      }
      const twice = Effect.suspend(() => (runs < 3 ? Effect.fail("busy") : Effect.succeed("ok")))
      expect(yield* run(twice, "1 minute")).toEqual(["1 ToolResult call_0 ok", 3])
      expect(yield* run(Effect.fail("busy"), "1 minute")).toEqual(['1 ToolFailed call_0 Failure {"error":"busy"}', 4])
      expect(yield* run(Effect.fail("busy"), "3 seconds")).toEqual([
        '1 ToolFailed call_0 Timeout {"error":"The tool was not done within 3s."}',
        2
      ])
      expect(yield* run(Effect.die("bug"), "1 minute")).toEqual([
        '1 ToolFailed call_0 Defect {"error":"The tool failed for an unexpected reason."}',
        1
      ])
    })
  )

  it.effect("run so many at once; results go back in the order of the calls", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const toolkit = Toolkit.make(Tool.make("work", { description: "Works", parameters: { seconds: Schema.Number } }))
      const layer = toolkit.toLayer({
        work: ({ seconds }) =>
          Effect.acquireUseRelease(
            Effect.sync(() => (most = Math.max(most, ++now))),
            () => Effect.as(Effect.sleep(Duration.seconds(seconds)), seconds),
            () => Effect.sync(() => now--)
          )
      })
      const seconds = [9, 2, 7, 1, 5, 3, 8]
      for (const [concurrency, expected] of [
        [undefined, 4],
        [2, 2],
        [1, 1],
        ["unbounded", 7]
      ] as const) {
        most = 0
        const chat = MockChat.layer([
          MockChat.toolCalls(seconds.map((seconds, i) => ({ name: "work", arguments: { seconds }, id: `c${i}` }))),
          MockChat.text("done")
        ])
        const { transcript } = yield* drive(
          ToolLoop.run({ request, toolkit, concurrency }).pipe(Effect.provide(Layer.merge(layer, chat)))
        )
        expect([concurrency, most, now]).toEqual([concurrency, expected, 0])
        expect(transcript.messages.slice(2, -1)).toEqual(
          seconds.map((s, i) => ({ role: "tool", tool_call_id: `c${i}`, content: String(s) }))
        )
      }
    })
  )

  it.effect("are interrupted with the stream, which waits for their finalizers", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      let released = false
      const toolkit = Toolkit.make(Tool.make("work", { description: "Works" }))
      const layer = toolkit.toLayer({
        work: () =>
          Effect.acquireRelease(Deferred.succeed(begun, undefined), () => Effect.sync(() => (released = true))).pipe(
            Effect.zipRight(Effect.never)
          )
      })
      const fiber = yield* ToolLoop.run({ request, toolkit }).pipe(
        Effect.provide([layer, MockChat.layer([MockChat.toolCall({ name: "work", arguments: {} })])]),
        Effect.fork
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      expect(released).toBe(true)
    })
  )

  for (const [what, work] of [
    ["the stream is interrupted", Effect.never],
    ["a handler beside them fails the loop", Effect.fail("no paper")]
  ] as const) {
    it.effect(`that take their time to release are waited for when ${what}`, () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const release = yield* Deferred.make<void>()
        let released = false
        const slow = Effect.acquireRelease(Deferred.succeed(begun, undefined), () =>
          Effect.zipRight(
            Deferred.await(release),
            Effect.sync(() => (released = true))
          )
        )
        const toolkit = Toolkit.make(
          Tool.make("hold", { description: "Holds" }),
          Tool.make("work", { description: "Works", failure: Schema.String, policy: "fail" })
        )
        const layer = toolkit.toLayer({
          hold: () => Effect.zipRight(slow, Effect.never),
          work: () => Effect.zipRight(Deferred.await(begun), work)
        })
        const calls = [
          { name: "hold", arguments: {} },
          { name: "work", arguments: {} }
        ]
        const loop = yield* ToolLoop.run({ request, toolkit }).pipe(
          Effect.provide([layer, MockChat.layer([MockChat.toolCalls(calls)])]),
          Effect.fork
        )
        yield* Deferred.await(begun)
        if (work === Effect.never) yield* Effect.fork(Fiber.interrupt(loop))
        yield* Effect.repeatN(Effect.yieldNow(), 100)
        expect(Option.isNone(yield* Fiber.poll(loop))).toBe(true)
        yield* Deferred.succeed(release, undefined)
        expect((yield* Fiber.await(loop))._tag).toBe("Failure")
        expect(released).toBe(true)
      })
    )
  }
})

const file = Tool.make("delete_file", {
  description: "Deletes a file",
  parameters: { path: Schema.String },
  needsApproval: ({ path }) => path.startsWith("/")
})
const list = Tool.make("list", { description: "Lists files" })
const read = Tool.make("read", { description: "Reads a file", needsApproval: false })
const files = Toolkit.make(file, list, read)

const deletions = MockChat.toolCalls([
  { name: "delete_file", arguments: { path: "/etc" }, id: "a" },
  { name: "delete_file", arguments: { path: "tmp" }, id: "b" },
  { name: "list", arguments: {}, id: "c" },
  { name: "read", arguments: {}, id: "d" }
])

const filesLayer = (ran: Array<string>) => {
  const note = (name: string) => Effect.sync(() => (ran.push(name), "ok"))
  return files.toLayer({ delete_file: ({ path }) => note(path), list: () => note("list"), read: () => note("read") })
}

describe("approval", () => {
  it.effect("is asked for one call after the other, of the tools that need it; a denied call is told", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const asked: Array<string> = []
      const { events } = yield* outcome(
        ToolLoop.stream({
          request,
          toolkit: files,
          approve: (call) => {
            expect(ran).toEqual([])
            asked.push(call.name === "delete_file" ? call.parameters.path : call.name)
            return Effect.succeed(call.id === "a" ? ToolLoop.denied("not that one") : ToolLoop.approved)
          }
        })
      ).pipe(Effect.provide([filesLayer(ran), MockChat.layer([deletions, MockChat.text("done")])]))
      expect(asked).toEqual(["/etc"])
      expect(ran).toEqual(["tmp", "list", "read"])
      expect(story(events).slice(1, 5)).toEqual([
        '1 ApprovalDenied a {"error":"The call was denied: not that one"}',
        "1 ToolResult b ok",
        "1 ToolResult c ok",
        "1 ToolResult d ok"
      ])
    })
  )

  it.effect("is asked of every tool that does not say false, where the loop says so", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const asked: Array<string> = []
      const approve = ({ id }: { readonly id: string }) => Effect.sync(() => (asked.push(id), ToolLoop.approved))
      const live = [filesLayer(ran), MockChat.layer([deletions, MockChat.text("done"), deletions])] as const
      yield* Effect.gen(function* () {
        yield* ToolLoop.run({ request, toolkit: files, needsApproval: true, approve })
        // The function of delete_file says that tmp needs none.
        expect(asked).toEqual(["a", "c"])
        const error = yield* errorOf(ToolLoop.run({ request, toolkit: files, needsApproval: true }))
        expect(error).toMatchObject({ _tag: "ToolLoopHeld", calls: [{ id: "a" }, { id: "c" }] })
      }).pipe(Effect.provide([...live]))
    })
  )

  it.effect("that nobody can give holds the call: the others run, and resuming runs it alone", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      yield* Effect.gen(function* () {
        const error = yield* errorOf(ToolLoop.run({ request, toolkit: files }))
        if (error._tag !== "ToolLoopHeld") throw new Error(error._tag)
        expect(error.calls).toEqual([{ id: "a", name: "delete_file", arguments: '{"path":"/etc"}' }])
        expect(ran).toEqual(["tmp", "list", "read"])
        expect(JSON.stringify(error)).not.toContain("/etc")
        const resume = (approval: ToolLoop.Approval) =>
          ToolLoop.resume({
            request: { model: "glm-4.6" },
            toolkit: files,
            transcript: error.transcript,
            approve: () => Effect.succeed(approval)
          }).pipe(ToolLoop.fold)
        const again = yield* errorOf(resume(ToolLoop.held))
        expect(again).toMatchObject({ _tag: "ToolLoopHeld", calls: [{ id: "a" }] })
        expect(ran).toHaveLength(3)
        const { transcript } = yield* resume(ToolLoop.approved)
        expect(ran).toEqual(["tmp", "list", "read", "/etc"])
        // A result that came later stands behind those that came before.
        const ids = transcript.messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : []))
        expect(ids).toEqual(["b", "c", "d", "a"])
      }).pipe(Effect.provide([filesLayer(ran), MockChat.layer([deletions, MockChat.text("done")])]))
    })
  )

  it.effect("may fail the loop with an error of its own, and may take longer than the timeout of the tool", () =>
    Effect.gen(function* () {
      const toolkit = Toolkit.make(
        Tool.make("work", { description: "Works", timeout: "1 second", needsApproval: true })
      )
      const layer = Layer.merge(
        toolkit.toLayer({ work: () => Effect.succeed("ok") }),
        MockChat.layer((_, n) =>
          n % 2 === 0 ? MockChat.toolCall({ name: "work", arguments: {} }) : MockChat.text("done")
        )
      )
      const slow = () => Effect.delay(Effect.succeed(ToolLoop.approved), "1 minute")
      const { transcript } = yield* drive(ToolLoop.run({ request, toolkit, approve: slow }).pipe(Effect.provide(layer)))
      expect(transcript.messages).toContainEqual({ role: "tool", tool_call_id: "call_0", content: "ok" })
      const error = yield* errorOf(
        ToolLoop.run({ request, toolkit, approve: () => Effect.fail("the office is closed" as const) }).pipe(
          Effect.provide(layer)
        )
      )
      expect(error).toBe("the office is closed")
    })
  )
})

describe("what throws before a handler", () => {
  const throws = (): never => {
    throw new Error("secret of the program")
  }
  const parameters = Schema.Struct({
    path: Schema.transform(Schema.String, Schema.String, { strict: true, decode: throws, encode: (text) => text })
  })
  for (const [what, over] of [
    ["needsApproval", { needsApproval: throws }],
    ["the Schema of the parameters", { parameters }]
  ] as const) {
    it.effect(`${what}: fails the loop with the transcript before any handler, or is told, as the policy says`, () =>
      Effect.gen(function* () {
        const run = (onDefect: Tool.OnError) => {
          const ran: Array<string> = []
          const toolkit = Toolkit.make(read, Tool.make("odd", { description: "Throws", ...over, policy: { onDefect } }))
          const calls = [
            { name: "read", arguments: {}, id: "r" },
            { name: "odd", arguments: { path: "a" }, id: "o" }
          ]
          return outcome(ToolLoop.stream({ request, toolkit })).pipe(
            Effect.provide([
              toolkit.toLayer({
                read: () => Effect.sync(() => ran.push("read")),
                odd: () => Effect.sync(() => ran.push("odd"))
              }),
              MockChat.layer([MockChat.toolCalls(calls), MockChat.text("done")])
            ]),
            Effect.map((end) => ({ ...end, ran }))
          )
        }
        const failed = yield* run("fail")
        expect(failed.ran).toEqual([])
        if (failed.error?._tag !== "ToolExecutionError") throw new Error("no error")
        expect(failed.error).toMatchObject({ reason: "Defect", tool: "odd", id: "o", round: 1 })
        expect(failed.error.message).not.toContain("secret")
        expect(Transcript.pending(failed.error.transcript).map(({ id }) => id)).toEqual(["r", "o"])
        const told = yield* run("tell")
        expect(told.error).toBeUndefined()
        expect(told.ran).toEqual(["read"])
        expect(story(told.events)).toContain(
          '1 ToolFailed o Defect {"error":"The tool failed for an unexpected reason."}'
        )
      })
    )
  }
})

it.effect("a Schema of failures that throws is a defect of the handler", () =>
  Effect.gen(function* () {
    const failure = Schema.transform(Schema.String, Schema.String, {
      strict: true,
      decode: (text) => text,
      encode: (): string => {
        throw new Error("secret of the program")
      }
    })
    const toolkit = Toolkit.make(Tool.make("odd", { description: "Throws", failure }))
    const { error } = yield* outcome(ToolLoop.stream({ request, toolkit })).pipe(
      Effect.provide([
        toolkit.toLayer({ odd: () => Effect.fail("x") }),
        MockChat.layer([MockChat.toolCall({ name: "odd", arguments: {} })])
      ])
    )
    expect(error).toMatchObject({ _tag: "ToolExecutionError", reason: "Defect", tool: "odd" })
  })
)

describe("errors of a loop", () => {
  it.effect("cross a process border whole", () =>
    Effect.gen(function* () {
      const { error } = yield* trial({ handler: Effect.fail({ why: "x" }), policy: "fail" })
      const sent = yield* Schema.encodeUnknown(Schema.parseJson(ToolError.ToolError))(error)
      const received = yield* Schema.decode(Schema.parseJson(ToolError.ToolError))(sent)
      expect(ToolError.isToolError(received)).toBe(true)
      expect(received).toMatchObject({ _tag: "ToolExecutionError", reason: "Failure" })
      expect(received.transcript.messages).toHaveLength(2)
    })
  )

  it.effect("a stream that was cut short is no answer", () =>
    Effect.gen(function* () {
      const exit = yield* ToolLoop.stream({ request, toolkit: Toolkit.empty }).pipe(
        Stream.take(1),
        ToolLoop.fold,
        Effect.provide(MockChat.layer([MockChat.text("hello")])),
        Effect.exit
      )
      expect(String(exit)).toContain("ended before Finished")
    })
  )
})
