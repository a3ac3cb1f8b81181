/** Words that stay whole at the end of a line, and what Tab offers. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { complete } from "../src/session/completion.js"
import { width } from "../src/markdown/width.js"
import { make, wrapLine } from "../src/wrap.js"
import { answered, hasScript, terminal } from "./support/terminal.js"

const wrapped = (text: string, columns: number, size: number): string => {
  const wrapper = make(() => columns)
  let out = ""
  for (let i = 0; i < text.length; i += size) out += wrapper.add(text.slice(i, i + size))
  return out + wrapper.end()
}

describe("wrapping", () => {
  const text =
    "The quick brown fox, jumps over\n\n  the lazy dog. 天空为什么是蓝色的？因为瑞利散射，mixed 中文 and words"

  it("keeps words whole, whatever the pieces it comes in", () => {
    for (const columns of [10, 17, 40]) {
      const whole = wrapped(text, columns, text.length)
      for (const line of whole.split("\n")) expect(width(line), line).toBeLessThanOrEqual(columns)
      expect(whole.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""))
      for (const size of [1, 2, 3, 7]) expect(wrapped(text, columns, size)).toBe(whole)
      const words = whole.split(/\s+/)
      for (const word of ["quick", "brown", "fox,", "jumps", "lazy", "words"]) expect(words).toContain(word)
      // No line begins with a sign that ends something.
      expect(whole).not.toMatch(/\n[？，]/)
    }
    expect(wrapped("incomprehensibilities are", 10, 3)).toBe("incomprehensibilities\nare")
    expect(wrapped("天空（diff）", 6, 1)).toBe("天空\n（diff）")
  })

  it("keeps the columns of a table", () => {
    expect(wrapLine("/file PATH   attaches a file to the next prompt", 30)).toBe(
      "/file PATH   attaches a file\n             to the next\n             prompt"
    )
    expect(wrapLine("short", 30)).toBe("short")
  })
})

describe("Tab", () => {
  it("completes commands, models and what they take, and leaves prompts alone", () => {
    expect(complete("/mo")).toEqual([["/model "], "/mo"])
    expect(complete("/model glm-4.6")[0]).toContain("glm-4.6v")
    expect(complete("/model glm-4.6")[1]).toBe("glm-4.6")
    expect(complete("/thinking e")).toEqual([["enabled"], "e"])
    expect(complete("/file package.j")[0]).toEqual(["package.json"])
    expect(complete("/load la")[0]).toContain("last")
    expect(complete("Hello /mo")).toEqual([[], "Hello /mo"])
    expect(complete("//mo")[0]).toEqual([])
  })

  it.scopedLive.runIf(hasScript)("is there in a session, whose help and thinking break between words", () =>
    Effect.gen(function* () {
      const reasoning = "considering ".repeat(20).trim()
      const { apiKey, baseUrl } = yield* Simulator.make({ script: [{ reasoning, content: "Done." }] })
      const env = { ZHIPU_API_KEY: Redacted.value(apiKey), ZHIPU_BASE_URL: baseUrl }
      const { exit, type } = yield* terminal("", { env, setup: "stty cols 50;" })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        await type("/mod\t", /\/model /)
        expect(await type("glm-4.6v-flashx\r", /from now on[^]*> $/)).toContain("The model is")
        const help = await type("/help\r", /keeps the\s+session\.[^]*> $/)
        for (const line of help.split("\r\n")) expect(line.length).toBeLessThanOrEqual(50)
        const answer = await type("Hello\r", answered)
        expect(answer).toMatch(/\r\nconsidering considering considering considering\r\nconsidering/)
        await type("/quit\r", /\n/)
        expect(await exit).toBe(0)
      })
    })
  )
})
