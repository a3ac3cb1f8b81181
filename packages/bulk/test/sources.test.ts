/** Items from files and databases. */
import { BulkSource } from "@effect-zhipu/bulk"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck, Stream } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { records } from "../src/internal/source/csv.js"

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-sources-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const fileOf = (name: string, text: string | Uint8Array) =>
  Effect.map(temporary, (folder) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  })

const all = <A, E, R>(stream: Stream.Stream<A, E, R>) => Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** Every byte by itself is the hardest way to cut a file. */
const inPieces = (text: string, size: number) =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(Buffer.byteLength(text) / size) }, (_, n) =>
      Buffer.from(text).subarray(n * size, (n + 1) * size)
    )
  )

const cells = FastCheck.stringOf(FastCheck.constantFrom("x", "日", ",", '"', "\n", "\r", " "), { maxLength: 6 })

describe("a table", () => {
  it.effect("comes back as it was written, wherever its bytes are cut", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.array(FastCheck.tuple(cells, cells, cells), { maxLength: 8 }),
          FastCheck.constantFrom("\n", "\r\n"),
          FastCheck.boolean(),
          FastCheck.integer({ min: 1, max: 9 }),
          async (rows, end, isEnded, size) => {
            const written = (row: ReadonlyArray<string>) =>
              row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")
            const text = ["a,b,c", ...rows.map(written)].join(end) + (isEnded ? end : "")
            const read = await Effect.runPromise(all(records(inPieces(text, size), "t.csv", ",")))
            expect(read).toEqual(rows.map(([a, b, c]) => ({ a, b, c })))
          }
        ),
        { numRuns: 200 }
      )
    )
  )

  it.scopedLive("may hold bare fields, empty ones and blank lines, and a byte order mark", () =>
    Effect.gen(function* () {
      const path = yield* fileOf("t.csv", "\ufeffid,text\r\n\r\n1,it's fine\r\n2,\r\n")
      expect(yield* all(BulkSource.csv(path))).toEqual([
        { id: "1", text: "it's fine" },
        { id: "2", text: "" }
      ])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  for (const [what, text, line, words] of [
    ["a row with too many fields", "a,b\n1,2\n1,2,3\n", 3, "3 fields"],
    ["a quote that is never closed", 'a,b\n1,"2\n3,4\n', 2, "never closed"],
    ["a quote within a bare field", 'a,b\n1,2"3\n', 2, "quote"],
    ["something after a closing quote", 'a,b\n"1"x,2\n', 2, "closing quote"],
    ["two columns of one name", "a,a\n1,2\n", 1, "two columns"]
  ] as const) {
    it.scopedLive(`is refused with its line for ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(all(BulkSource.csv(yield* fileOf("t.csv", text))))
        expect(error).toMatchObject({ _tag: "BulkSourceError", line })
        expect(error.message).toContain(words)
      }).pipe(Effect.provide(NodeFileSystem.layer))
    )
  }

  it.scopedLive("is refused where it is not UTF-8", () =>
    Effect.gen(function* () {
      const path = yield* fileOf("t.csv", Uint8Array.of(97, 10, 0xff, 0xfe, 10))
      expect(yield* Effect.flip(all(BulkSource.csv(path)))).toMatchObject({ _tag: "BulkSourceError" })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("JSON Lines", () => {
  it.scopedLive("come with their lines, and a broken one is told of", () =>
    Effect.gen(function* () {
      const path = yield* fileOf("t.jsonl", '{"a":1}\n\n"two"')
      expect(yield* all(BulkSource.jsonl(path))).toEqual([
        { line: 1, value: { a: 1 } },
        { line: 3, value: "two" }
      ])
      const broken = yield* fileOf("b.jsonl", '1\n{"a":\n')
      expect(yield* Effect.flip(all(BulkSource.jsonl(broken)))).toMatchObject({ _tag: "BulkSourceError", line: 2 })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("a query", () => {
  it.effect("is asked page by page, from the key of the last row", () =>
    Effect.gen(function* () {
      const asked: Array<number | undefined> = []
      const source = BulkSource.sql(
        (after: number | undefined) =>
          Effect.sync(() => {
            asked.push(after)
            return [1, 2, 3, 4, 5].filter((id) => id > (after ?? 0)).slice(0, 2)
          }),
        (id) => id
      )
      expect(yield* all(source)).toEqual([1, 2, 3, 4, 5])
      expect(asked).toEqual([undefined, 2, 4, 5])
    })
  )

  it.effect("whose keys do not go on is not read for ever", () =>
    Effect.gen(function* () {
      const rows = Effect.succeed([{ ID: 1 }])
      const missing = BulkSource.sql<{ ID: number; id?: number }, number | undefined>(
        () => rows,
        ({ id }) => id
      )
      expect(yield* Effect.flip(all(missing))).toMatchObject({ _tag: "BulkSourceError" })
      const same = BulkSource.sql(
        () => rows,
        ({ ID }) => ID
      )
      expect(yield* Effect.flip(all(same))).toMatchObject({ _tag: "BulkSourceError" })
    })
  )
})
