import { describe, expect, it } from "@effect/vitest"
import { AsyncChat, Images, Media, Tasks, Videos } from "@effect-zhipu/api"
import { ChatCompletion, Message, RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { MockHttpClient, Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient, FileSystem } from "@effect/platform"
import { Chunk, Effect, Either, Layer, Option, Redacted, Schedule, Stream } from "effect"
import { createServer } from "node:http"
import { asked, over, serviceLayer, withFaults } from "./support/service.js"

/** No test waits for the pace of the service. */
const wait = { schedule: Schedule.spaced("5 millis") }

const video = { model: "cogvideox-3", prompt: "waves" }

describe("tasks", () => {
  over(serviceLayer())((test) => {
    test(
      "a chat is given as it would be without waiting",
      Effect.gen(function* () {
        const request = { model: "glm-4.6", messages: [Message.user("Say: hello")] }
        const task = yield* AsyncChat.create(request)
        expect(Tasks.state(task)).toBe("processing")
        expect(task.choices).toBeUndefined()
        const answer = yield* AsyncChat.await(task.id ?? "", wait)
        expect(ChatCompletion.text(answer)).toContain("hello")
        expect(answer.usage?.total_tokens).toBeGreaterThan(0)
      })
    )

    test(
      "a chat has the fields of extra_body, and none for streams",
      Effect.gen(function* () {
        yield* asked
        const messages = [Message.user("Say: hello")]
        const request = { model: "glm-4.6", messages, stream: true, extra_body: { do_sample: false } }
        yield* AsyncChat.create(request)
        expect((yield* asked).map(({ body }) => body)).toEqual([{ model: "glm-4.6", messages, do_sample: false }])
      })
    )

    test(
      "84. an id that is gone is an invalid request, and says which",
      Effect.gen(function* () {
        expect(yield* Effect.flip(Tasks.await("nobody", wait))).toMatchObject({
          _tag: "InvalidRequestError",
          taskId: "nobody"
        })
      })
    )

    test(
      "84. a failure without a reason is not retryable, and names the task",
      Effect.gen(function* () {
        const error = yield* Effect.flip(withFaults("task:fail")(Videos.generate(video, wait)))
        expect(error).toMatchObject({ _tag: "TaskFailedError", kind: "video", state: "FAIL", isRetryable: false })
        expect(error.taskId).toMatch(/^0/)
      })
    )

    test(
      "a failure with a code is the error of that code",
      Effect.gen(function* () {
        const error = yield* Effect.flip(withFaults("task:fail:1301")(Videos.generate(video, wait)))
        expect(error).toMatchObject({ _tag: "ContentFilteredError", code: "1301" })
        expect(error.taskId).toBeDefined()
      })
    )

    test(
      "84. a state that nobody knows counts as not done",
      Effect.gen(function* () {
        const states: Array<string> = []
        const onProgress = ({ state }: Tasks.Progress) => Effect.sync(() => void states.push(state))
        const task = yield* withFaults("task:unknown")(Videos.create(video))
        const done = yield* Effect.raceFirst(
          Videos.await(task.id ?? "", { ...wait, onProgress }),
          Effect.sync(() => states.length).pipe(
            Effect.repeat({ until: (count) => count > 5, schedule: Schedule.spaced("5 millis") })
          )
        )
        expect(done).toBeDefined()
        expect(states[0]).toBe("QUEUED_ELSEWHERE")
      })
    )

    test(
      "a creating call is not sent twice after a lost connection, and is after a plain refusal",
      Effect.gen(function* () {
        yield* asked
        expect((yield* Effect.flip(withFaults("reset-before-headers")(Videos.create(video))))._tag).toBe(
          "ConnectionError"
        )
        expect(yield* asked).toHaveLength(1)
      })
    )
  })

  over(serviceLayer({}, { retry: RetryPolicy.backoff({ base: 1, cap: 1, retries: 3, elapsed: "1 minute" }) }))(
    (test) => {
      test(
        "with retries",
        Effect.gen(function* () {
          yield* asked
          yield* Effect.flip(withFaults("status:502")(Videos.create(video)))
          expect(yield* asked).toHaveLength(1)
          yield* withFaults("code:1305*2")(Videos.create(video))
          expect(yield* asked).toHaveLength(3)
        })
      )
    }
  )
})

const mocked = (...bodies: ReadonlyArray<unknown>) =>
  Zhipu.layer({ apiKey: Redacted.make("a.b"), retry: RetryPolicy.none }).pipe(
    Layer.provideMerge(MockHttpClient.layer(bodies.map((body) => ({ body: JSON.stringify(body) }))))
  )

describe("what the service does against its document", () => {
  it.live("a result is read, a list or not", () =>
    Effect.gen(function* () {
      const one = yield* Videos.await("1", wait)
      expect(one.videos).toEqual([{ url: "https://a/v.mp4", coverUrl: undefined }])
      const task = yield* Tasks.get("2")
      expect(Tasks.images(task)).toEqual(Option.some([{ url: "https://a/i.png" }]))
    }).pipe(
      Effect.provide(
        mocked(
          { id: "1", task_status: "SUCCESS", video_result: { url: "https://a/v.mp4", cover_image_url: "" } },
          { id: "2", task_status: "SUCCESS", image_result: { url: "https://a/i.png" } }
        )
      )
    )
  )

  it.live("a failure is told as an object, as a text, beside a message, in small letters, or not at all", () =>
    Effect.gen(function* () {
      const tags = []
      for (let i = 0; i < 5; i++) tags.push((yield* Effect.flip(Tasks.await("1", wait)))._tag)
      expect(tags).toEqual([
        "ContentFilteredError",
        "TaskFailedError",
        "TaskFailedError",
        "TaskFailedError",
        "OverloadedError"
      ])
      const mock = yield* MockHttpClient.MockHttpClient
      expect(yield* mock.requests).toHaveLength(5)
    }).pipe(
      Effect.provide(
        mocked(
          { id: "1", task_status: "FAIL", error: { code: "1301", message: "unsafe" } },
          { id: "1", task_status: "FAIL", error: "out of memory" },
          { id: "1", task_status: "failed", message: "sorry" },
          { id: "1", task_status: "FAIL" },
          { id: "1", task_status: "FAIL", error: { code: "1305", message: "busy" } }
        )
      )
    )
  )

  it.live("a success without a video is corrupt", () =>
    Effect.gen(function* () {
      expect((yield* Effect.flip(Videos.await("1", wait)))._tag).toBe("CorruptStreamError")
    }).pipe(Effect.provide(mocked({ id: "1", task_status: "SUCCESS", video_result: [] })))
  )

  it.live("an image of a task is filtered as well, and what fails names the task", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(Images.await("1", wait))).toMatchObject({ _tag: "ContentFilteredError", taskId: "1" })
      expect(yield* Effect.flip(Images.await("1", wait))).toMatchObject({ _tag: "CorruptStreamError", taskId: "1" })
    }).pipe(
      Effect.provide(
        mocked(
          { id: "1", task_status: "SUCCESS", content_filter: [{ role: "assistant", level: 1 }] },
          { id: "1", task_status: "SUCCESS", image_result: [{ url: "" }] }
        )
      )
    )
  )

  it.live("an image that moderation took away is filtered, and one with a link is not", () =>
    Effect.gen(function* () {
      const request = { model: "cogview-4", prompt: "a" }
      expect((yield* Effect.flip(Images.generate(request)))._tag).toBe("ContentFilteredError")
      expect((yield* Images.generate(request)).data).toHaveLength(1)
    }).pipe(
      Effect.provide(
        mocked(
          { created: 1, data: [], content_filter: [{ role: "assistant", level: 1 }] },
          { created: 1, data: [{ url: "https://a/b.png" }], content_filter: [{ role: "assistant", level: 3 }] }
        )
      )
    )
  )
})

describe("Images", () => {
  it("writes sizes as the service takes them", () => {
    expect(Images.size(1280, 1024, "glm-image")).toEqual(Either.right("1280x1024"))
    expect(Images.size(512, 512, "cogview-4")).toEqual(Either.right("512x512"))
    expect(Images.size(123, 45, "another")).toEqual(Either.right("123x45"))
    for (const [width, height, model] of [
      [512, 512, "glm-image"],
      [2048, 2080, "glm-image"],
      [520, 512, "cogview-4"],
      [2048, 2048, "cogview-4"],
      [0, 1, "another"],
      [1.5, 1, "another"]
    ] as const) {
      expect(Either.isLeft(Images.size(width, height, model)), `${width}x${height} of ${model}`).toBe(true)
    }
  })

  over(serviceLayer())((test) => {
    test(
      "sends the letter x for the sign that the vendor prints",
      Effect.gen(function* () {
        yield* asked
        for (const size of ["1280×1024", "1280 × 1024", "1280X1024", "1280*1024", "1280x1024"]) {
          yield* Images.generate({ model: "glm-image", prompt: "a", size })
        }
        expect((yield* asked).map(({ body }) => (body as { size: string }).size)).toEqual(
          Array.from({ length: 5 }, () => "1280x1024")
        )
      })
    )

    test(
      "says which sizes a model makes, where the service refuses one",
      Effect.gen(function* () {
        for (const [model, size, advice] of [
          ["glm-image", "512x512", "glm-image makes sides of 1024 to 2048 pixels"],
          ["cogview-4", "100×100", "cogview-4 makes sides of 512 to 2048 pixels"],
          ["cogview-4", "large", "such as 1024x1024"]
        ] as const) {
          const request = { model, prompt: "a", size }
          const asks = [Effect.asVoid(Images.generate(request))]
          // The task form takes glm-image alone.
          if (model === "glm-image") asks.push(Effect.asVoid(Images.create(request)))
          for (const ask of asks) {
            const error = yield* Effect.flip(ask)
            expect(error).toMatchObject({ _tag: "InvalidRequestError", code: "1214", status: 400 })
            expect([size, error.message]).toEqual([size, expect.stringContaining(advice)])
          }
        }
      })
    )

    test(
      "gives the same by way of a task",
      Effect.gen(function* () {
        const image = yield* Images.generateAsync({ model: "glm-image", prompt: "a" }, wait)
        const bytes = Buffer.concat(Chunk.toReadonlyArray(yield* Stream.runCollect(Images.download(image))))
        expect(bytes.subarray(1, 4).toString()).toBe("PNG")
      })
    )
  })
})

describe("Media", () => {
  over(serviceLayer())((test) => {
    test(
      "never shows the key to the host of a link",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        yield* asked
        const result = yield* Videos.generate(video, wait)
        yield* Videos.save(result, `${folder}/a.mp4`)
        const bytes = yield* fs.readFile(`${folder}/a.mp4`)
        expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("ftyp")
        const requests = yield* asked
        const media = requests.filter(({ path }) => path.startsWith("/_media/"))
        expect(media).toHaveLength(1)
        expect(media[0]?.auth).toBe("none")
        expect(Object.keys(media[0]?.headers ?? {}).filter((name) => /auth|trace|b3|zhipu|key/.test(name))).toEqual([])
        expect(requests.filter(({ auth }) => auth === "none")).toHaveLength(1)
      })
    )

    test(
      "tells a link that has expired, without the link",
      Effect.gen(function* () {
        const result = yield* Videos.generate(video, wait)
        const { baseUrl } = yield* Simulator.Simulator
        const origin = new URL(baseUrl).origin
        for (const effect of [
          withFaults("media:expired")(Stream.runDrain(Media.download(`${origin}/_media/1?Signature=secret`))),
          Stream.runDrain(Media.download(`${origin}/_media/nobody?Signature=secret`))
        ]) {
          const error = yield* Effect.flip(effect)
          expect(error).toMatchObject({ _tag: "InvalidRequestError", path: "url" })
          expect(JSON.stringify(error) + error.message).not.toContain("secret")
        }
        expect(result.videos).toHaveLength(1)
      })
    )

    test(
      "refuses what is no https, and what is too large",
      Effect.gen(function* () {
        for (const url of ["http://example.com/a.png", "file:///etc/passwd", "no url"]) {
          expect((yield* Effect.flip(Stream.runDrain(Media.download(url))))._tag).toBe("InvalidRequestError")
        }
        const { videos } = yield* Videos.generate(video, wait)
        const small = Stream.runDrain(Media.download(videos[0].url, { maxBytes: 10 }))
        expect(yield* Effect.flip(small)).toMatchObject({ _tag: "CorruptStreamError", reason: "EventTooLarge" })
      })
    )
  })

  it.scopedLive("keeps no connection of an answer that it does not read", () =>
    Effect.gen(function* () {
      let open = 0
      const server = createServer((request, response) => {
        const { pathname } = new URL(request.url ?? "", "http://a")
        response.writeHead(pathname === "/expired" ? 403 : pathname === "/moved" ? 302 : 200, {
          "content-length": 10_000_000,
          ...(pathname === "/moved" ? { location: "/expired" } : {})
        })
        response.write("x".repeat(300_000))
        open++
        response.on("close", () => void open--)
      })
      yield* Effect.acquireRelease(
        Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => void (server.closeAllConnections(), server.close()))
      )
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      for (const path of ["expired", "moved", "large"]) {
        yield* Effect.flip(Stream.runDrain(Media.download(`http://127.0.0.1:${port}/${path}`, { maxBytes: 1000 })))
      }
      const count = Effect.sync(() => open)
      yield* Effect.repeat(Effect.delay(count, "5 millis"), { until: (count) => count === 0, times: 400 })
      expect(open).toBe(0)
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )

  it.live("follows redirects over https alone, five at most", () =>
    Effect.gen(function* () {
      const text = (url: string) => Stream.mkString(Stream.decodeText(Media.download(url)))
      expect(yield* text("https://a.example/1")).toBe("here")
      expect((yield* Effect.flip(text("https://a.example/down")))._tag).toBe("InvalidRequestError")
      // What runs on this machine is nothing that a host elsewhere may lead to.
      expect((yield* Effect.flip(text("https://a.example/home")))._tag).toBe("InvalidRequestError")
      expect((yield* Effect.flip(text("https://a.example/circle")))._tag).toBe("InvalidRequestError")
      expect((yield* Effect.flip(text("https://a.example/short")))._tag).toBe("StreamTruncatedError")
      // Of a proxy that wants a login, for example.
      expect((yield* Effect.flip(text("https://a.example/page")))._tag).toBe("CorruptStreamError")
    }).pipe(
      Effect.provide(
        MockHttpClient.layer(({ url }) => {
          const to = (location: string) => ({ status: 302, headers: { location }, body: "" })
          switch (new URL(url).pathname) {
            case "/1":
              return to("/2")
            case "/2":
              return { body: "here" }
            case "/down":
              return to("http://a.example/2")
            case "/page":
              return { body: "<html>", headers: { "content-type": "text/html; charset=utf-8" } }
            case "/home":
              return to("http://127.0.0.1:8500/2")
            case "/short":
              return { body: "here", headers: { "content-length": "10" } }
            default:
              return to("/circle")
          }
        })
      )
    )
  )
})
