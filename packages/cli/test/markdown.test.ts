/** Markdown on a terminal: how it is laid out, and that it does not matter how the text comes. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import * as Document from "../src/markdown/document.js"
import { type Line, paint, textOf, widthOf, wrap } from "../src/markdown/line.js"
import * as Region from "../src/markdown/region.js"
import * as View from "../src/markdown/view.js"
import { extent, graphemeReach, graphemes, width } from "../src/markdown/width.js"
import { harmless } from "../src/text.js"
import * as Outputs from "./support/outputs.js"
import * as Screen from "./support/screen.js"

const laidOut = (source: string, options: { readonly width?: number; readonly color?: boolean } = {}) => {
  const document = Document.make()
  document.add(source)
  return document.end({ width: options.width ?? 40, color: options.color ?? true })
}

const plain = (source: string, width?: number, color?: boolean): ReadonlyArray<string> =>
  laidOut(source, { ...(width === undefined ? {} : { width }), ...(color === undefined ? {} : { color }) }).map(
    (line) => textOf(line).trimEnd()
  )

describe("width", () => {
  it("counts columns", () => {
    expect(
      ["abc", "中文", "한국", "カナ", "é", "e\u0301", "🙂", "👩‍👩‍👧", "🇨🇳", "☀️", "✅", "，", "a\u200bb", ""].map(width)
    ).toEqual([3, 4, 4, 4, 1, 1, 2, 2, 2, 2, 2, 2, 2, 0])
  })

  it("parts text as a reader does", () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })
    const parts = [
      ..."aé中。あガ한“…©1 \n\r\tกक",
      "\u0301",
      "\u200d",
      "\ufe0f",
      "\u20e3",
      "🏽",
      "👩",
      "🇨",
      "ำ",
      "ि",
      "\u11a8",
      "\u3099"
    ]
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.constantFrom(...parts)), (array) => {
        const text = array.join("")
        expect(graphemes(text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment))
      }),
      { numRuns: 2000 }
    )
  })

  it("knows where a terminal breaks a line", () => {
    expect(extent("abcd", 4)).toEqual({ rows: 1, column: 4 })
    expect(extent("abcde", 4)).toEqual({ rows: 2, column: 1 })
    // A wide character does not stand in two lines.
    expect(extent("abc中", 4)).toEqual({ rows: 2, column: 2 })
    expect(extent("a\tb", 20)).toEqual({ rows: 1, column: 9 })
  })
})

describe("wrap", () => {
  const wrapped = (text: string, max: number, force = false) =>
    wrap([{ text, style: "" }], max, force).map((line) => textOf(line))

  it("breaks between words, and leaves a long one whole", () => {
    expect(wrapped("one two  three", 7)).toEqual(["one two", "three"])
    expect(wrapped("see https://example.com/a/b now", 8)).toEqual(["see", "https://example.com/a/b", "now"])
    expect(wrapped("abcdefgh ij", 3, true)).toEqual(["abc", "def", "gh", "ij"])
  })

  it("breaks Chinese between characters, but not before punctuation", () => {
    expect(wrapped("天空为什么是蓝色的", 8)).toEqual(["天空为什", "么是蓝色", "的"])
    expect(wrapped("天空为什，么是", 8)).toEqual(["天空为", "什，么是"])
    expect(wrapped("天空为“什么”是", 7)).toEqual(["天空为", "“什么”", "是"])
    expect(wrapped("GLM模型", 5)).toEqual(["GLM模", "型"])
  })
})

describe("layout", () => {
  it("shows headings, emphasis and code by style", () => {
    const painted = (source: string) => laidOut(source).map((line) => paint(line, true))
    expect(painted("# One")).toEqual(["\u001b[1;4mOne\u001b[0m"])
    expect(painted("## Two *x*")).toEqual(["\u001b[1mTwo \u001b[0m\u001b[1;3mx\u001b[0m"])
    expect(painted("a **b** `c` ~~d~~")).toEqual(["a \u001b[1mb\u001b[0m \u001b[36mc\u001b[0m \u001b[9md\u001b[0m"])
  })

  it("shows them by marks without colours", () => {
    expect(plain("# One\ntext **b** `c`", 40, false)).toEqual(["# One", "text b `c`"])
  })

  it("leaves code as it is, from the first column", () => {
    const long = "x".repeat(60)
    expect(plain(`Look:\n\n\`\`\`ts\nif (a)\n\n\tb  **c**\n${long}\n\`\`\`\n\nEnd`)).toEqual([
      "Look:",
      "",
      "── ts ──────────────────────────────────",
      "if (a)",
      "",
      "\tb  **c**",
      long,
      "────────────────────────────────────────",
      "",
      "End"
    ])
  })

  it("nests lists and quotes", () => {
    expect(plain("- a\n  - b\n\n    c\n- [x] d\n- [ ] e\n\n9. f\n10. g\n\n> h\n> > i\n> - j")).toEqual([
      "• a",
      "  • b",
      "",
      "    c",
      "• [x] d",
      "• [ ] e",
      "",
      "9. f",
      "10. g",
      "",
      "│ h",
      "│ │ i",
      "│ • j"
    ])
    expect(plain("- one two three four", 16)).toEqual(["• one two three", "  four"])
  })

  it("keeps the line breaks of the model, and blank lines as one", () => {
    expect(plain("a\nb<br>c\n\n\n\nd")).toEqual(["a", "b", "c", "", "d"])
  })

  it("shows where a link goes", () => {
    expect(plain("[a](https://b.c) https://d.e <f@g.h> ![i](j)", 80)).toEqual([
      "a (https://b.c) https://d.e f@g.h i (j)"
    ])
    expect(plain("see [1]\n\n[1]: https://example.com")).toEqual(["see [1]", "", "[1]: https://example.com"])
  })

  it("reads character references, and shows HTML as it is", () => {
    expect(plain("a &amp; b &lt;c&gt; &#20013; &unknown;\n\n<div>d</div>")).toEqual([
      "a & b <c> 中 &unknown;",
      "",
      "<div>d</div>"
    ])
  })

  it("aligns tables by what the terminal shows", () => {
    expect(plain("| 名称 | 价 |\n|:--|--:|\n| 苹果 | 1 |\n| kiwi and more | 20 |")).toEqual([
      "名称          │ 价",
      "──────────────┼───".replace("──────────────", "─".repeat(14)),
      "苹果          │  1",
      "kiwi and more │ 20"
    ])
  })

  it("wraps the cells of a table that is too wide, with rules between rows", () => {
    const lines = plain("| a | b |\n|---|---|\n| 天空为什么是蓝色的呢 | one two three |\n| x | y |", 20)
    expect(lines).toEqual([
      "a         │ b",
      "──────────┼─────────",
      "天空为什  │ one two",
      "么是蓝色  │ three",
      "的呢      │",
      "──────────┼─────────",
      "x         │ y"
    ])
  })

  it("lists a table that has no room", () => {
    const head = Array.from({ length: 8 }, (_, i) => `column${i}`)
    const lines = plain(`|${head.join("|")}|\n|${"-|".repeat(8)}\n|${head.map((_, i) => `cell${i}`).join("|")}|`, 30)
    expect(lines).toEqual(head.map((name, i) => `${name}: cell${i}`))
  })

  it("survives what nests without end", () => {
    for (const source of [">".repeat(20_000), "- ".repeat(3000), "[".repeat(5000), "*a ".repeat(3000)]) {
      expect(plain(source).length).toBeGreaterThan(0)
    }
  })

  it("lets nothing steer the terminal", () => {
    const sources = [
      "a\u001b[2Jb",
      "&#27;[2J",
      "&#x9b;2J",
      "[a](<\u001b]0;x\u0007>)",
      "`\u001b[31m`",
      "```\u001b[1m\n\u001b[2J\n```"
    ]
    for (const source of sources) {
      // What the answer is is made harmless on its way in; what a reference stands for, here.
      const painted = laidOut(harmless(source), { color: false }).map((line) => paint(line, false))
      expect(harmless(painted.join("\n"))).toBe(painted.join("\n"))
    }
  })
})

const words = (text: string): ReadonlyArray<string> => text.match(/w\d+e/g) ?? []

/** Markdown of all kinds with numbered words. */
const markdown = FastCheck.array(
  FastCheck.tuple(
    FastCheck.constantFrom(
      "# ",
      "## ",
      "- ",
      "  - ",
      "    - ",
      "1. ",
      "   2. ",
      "> ",
      "> > ",
      "> - ",
      "",
      "",
      "",
      "    ",
      "- [ ] ",
      "| ",
      "<div>",
      "[x]: "
    ),
    FastCheck.array(
      FastCheck.constantFrom(
        "W",
        "W ",
        "*W* ",
        "**W W** ",
        "`W` ",
        "**",
        "*",
        "_",
        "`",
        "[W](https://W.example) ",
        "[W",
        "中文W字，",
        "W | ",
        "<b>",
        "&amp;",
        "\\",
        "~~W~~",
        "<br>",
        "![W](W) ",
        "W  "
      ),
      { maxLength: 7 }
    ),
    FastCheck.constantFrom(
      "\n",
      "\n",
      "\n",
      "\n\n",
      "\n```ts\n",
      "\n```\n",
      "\n---\n",
      "\n===\n",
      "\n|---|---|\n",
      "\n \n",
      "\n#",
      "\n- ",
      "\n~~~\n"
    )
  ),
  { maxLength: 12 }
).map((lines) => {
  let count = 0
  return lines
    .map(([begin, parts, end]) => begin + parts.join("") + end)
    .join("")
    .replace(/W/g, () => `w${count++}e`)
})

describe("any Markdown", () => {
  it("keeps all words in their order", () => {
    FastCheck.assert(
      FastCheck.property(markdown, FastCheck.boolean(), (source, color) => {
        // A cell of two lines stands beside those after it, so there are none here.
        const shown = laidOut(source.replaceAll("<br>", ""), { width: 400, color }).map(textOf).join("\n")
        expect(words(shown)).toEqual(words(source))
      }),
      { numRuns: 700 }
    )
  })

  it("keeps the cells of a row that has more than the header", () => {
    const source = "> - w0e | w1e\n|---|---|\nw2e | w3e | w4e\n"
    const shown = laidOut(source, { width: 400, color: false }).map(textOf).join("\n")
    expect(words(shown)).toEqual(words(source))
  })

  it("has no line that is too wide, but for code, HTML and long words", () => {
    FastCheck.assert(
      FastCheck.property(markdown, FastCheck.integer({ min: 30, max: 100 }), (source, columns) => {
        const lines = laidOut(source.replace(/```|~~~| {4}|<\w+>/g, ""), { width: columns })
        for (const line of lines) if (!isVerbatim(line)) expect(widthOf(line)).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 700 }
    )
  })
})

// A run of marks and words without a space is one word.
const isVerbatim = (line: Line): boolean => /[^ ]{20}/u.test(textOf(line))

/** What is on a screen after a text that came in pieces, each of which was drawn. */
const streamed = (
  source: string,
  cuts: ReadonlyArray<number>,
  columns: number,
  rows: number,
  screen = Screen.make(columns, rows)
): Screen.Screen => {
  const document = Document.make()
  const region = Region.make(true)
  const at = [0, ...cuts.map((cut) => cut % (source.length + 1)).sort((a, b) => a - b), source.length]
  for (let i = 1; i < at.length; i++) {
    document.add(source.slice(at[i - 1], at[i]))
    const { settled, tail } = document.update({ width: columns, color: true })
    screen.write(region.draw(settled, tail, { columns, rows }))
  }
  screen.write(region.draw(document.end({ width: columns, color: true }), [], { columns, rows }))
  return screen
}

const atOnce = (source: string, columns: number, rows: number): ReadonlyArray<string> => {
  const screen = Screen.make(columns, rows)
  for (const line of laidOut(source, { width: columns })) screen.write(`${paint(line, true)}\n`)
  return screen.lines()
}

describe("a stream", () => {
  it("ends with the same screen wherever it was cut", () => {
    FastCheck.assert(
      FastCheck.property(
        markdown,
        FastCheck.array(FastCheck.nat(), { maxLength: 12 }),
        FastCheck.constantFrom(24, 8),
        FastCheck.constantFrom(60, 30),
        (source, cuts, rows, columns) => {
          const screen = streamed(source, cuts, columns, rows)
          expect(screen.lines()).toEqual(atOnce(source, columns, rows))
          expect(screen.isStyled()).toBe(false)
          expect(screen.unknown).toEqual([])
        }
      ),
      { numRuns: 700 }
    )
  })

  it("ends with the same screen when each character is drawn, also where it is taller than the screen", () => {
    const rows = Array.from({ length: 20 }, (_, i) => `| row ${i} | ${"x".repeat(i)} |`).join("\n")
    const items = Array.from({ length: 15 }, (_, i) => `- **item ${i}** 中文\n  - nested \`${i}\`\n`).join("")
    const code = `\`\`\`ts\n${Array.from({ length: 15 }, (_, i) => `const a${i} = ${i}`).join("\n")}\n\`\`\``
    const source = `# Title\n\nSome *text*\n\n${items}\n| a | b |\n|---|---|\n${rows}\n\n${code}\n\nThe **end**`
    const screen = streamed(
      source,
      Array.from({ length: source.length }, (_, i) => i),
      40,
      10
    )
    expect(screen.lines()).toEqual(atOnce(source, 40, 10))
  })

  it("is not doubled on a terminal that counts by code points", () => {
    const source = "因为**瑞利散射**，短波长的光👍🏽👩‍👩‍👧更容易散射。क्योंकि **प्रकाश** का प्रकीर्णन होता है। ".repeat(4)
    let end = 0
    const cuts = graphemes(source).map(({ length }) => (end += length))
    const screens = [Screen.make(30, 20, graphemeReach), Screen.make(30, 20)]
    for (const screen of screens) {
      streamed(source, cuts, 30, 20, screen)
      expect(screen.lines()).toEqual(plain(source, 30))
    }
  })

  it("is not doubled where it fills the screen from its first row", () => {
    const screen = Screen.make(20, 6)
    const region = Region.make(true)
    const line = (text: string): Line => [{ text, style: "" }]
    for (const tail of [["one", "two", "three", "four"], ["One", "two", "three", "four"], ["1"]]) {
      screen.write(region.draw([], tail.map(line), { columns: 20, rows: 6 }))
    }
    expect(screen.lines()).toEqual(["1"])
  })

  it.effect("shows what has come, before it is whole", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { output, screen } = Outputs.make()
        const view = yield* View.make(output)
        const after = (text: string) =>
          Effect.zipRight(Effect.zipRight(view.add(text), TestClock.adjust(100)), Effect.sync(screen.lines))
        expect(yield* after("Hel")).toEqual(["Hel"])
        expect(yield* after("lo **wor")).toEqual(["Hello **wor"])
        expect(yield* after("ld**")).toEqual(["Hello world"])
        expect(yield* after("\n\n```js\nlet")).toEqual([
          "Hello world",
          "",
          expect.stringContaining("js"),
          "let",
          expect.stringMatching(/^─+$/)
        ])
      })
    )
  )

  it.effect("does not draw for each token", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { output } = Outputs.make()
        const view = yield* View.make(output)
        const before = output.writes()
        for (let i = 0; i < 200; i++) {
          yield* view.add("word ")
          yield* TestClock.adjust(5)
        }
        // One second, so at most some twenty.
        expect(output.writes() - before).toBeLessThan(25)
        expect(output.writes() - before).toBeGreaterThan(5)
      })
    )
  )

  it.effect("puts a notice above what is not finished", () =>
    Effect.gen(function* () {
      const { output, screen } = Outputs.make()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const view = yield* View.make(output)
          yield* view.add("One.\n\nTwo\nis")
          yield* TestClock.adjust(100)
          yield* output.notice("A notice.")
          expect(screen.lines()).toEqual(["One.", "", "A notice."])
          yield* TestClock.adjust(100)
          expect(screen.lines()).toEqual(["One.", "", "A notice.", "Two", "is"])
          yield* view.add(" not one.")
        })
      )
      expect(screen.lines()).toEqual(["One.", "", "A notice.", "Two", "is not one."])
    })
  )

  it.effect("loses nothing when the terminal becomes wider or narrower", () =>
    Effect.gen(function* () {
      const { output, screen, size } = Outputs.make({ columns: 60 })
      const source = Array.from({ length: 12 }, (_, i) => `- w${2 * i}e ${"and ".repeat(12)} w${2 * i + 1}e\n`).join("")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const view = yield* View.make(output)
          yield* view.add(source.slice(0, 300))
          yield* TestClock.adjust(100)
          // The screen of this test keeps its width: only what the command believes changes.
          size.columns = 80
          yield* view.add(source.slice(300))
          yield* TestClock.adjust(100)
          yield* view.add("\nEnd")
        })
      )
      expect(words(screen.lines().join("\n"))).toEqual(words(source))
    })
  )

  it.effect("is plain where nothing can be drawn again", () =>
    Effect.gen(function* () {
      const { output, written } = Outputs.make({ stdoutIsTty: false })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const view = yield* View.make(output)
          yield* view.add("# A\n\n- b\n- ")
          expect(written.out).toBe("# A\n\n")
          yield* view.add("c\n\nEnd")
        })
      )
      expect(written.out).toBe("# A\n\n• b\n• c\n\nEnd\n")
    })
  )
})
