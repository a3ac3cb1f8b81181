import { describe, expect, it } from "@effect/vitest"
import * as Text from "../src/text.js"

describe("text", () => {
  it("reads times", () => {
    expect(Text.millis("90")).toBe(90_000)
    expect(Text.millis("1.5")).toBe(1500)
    expect(Text.millis(" 500MS ")).toBe(500)
    expect(Text.millis("2m")).toBe(120_000)
    expect(Text.millis("1h")).toBe(3_600_000)
    for (const wrong of ["", "0", "-1", "1d", "soon", "1e3", "NaN", "0ms"]) expect(Text.millis(wrong)).toBeUndefined()
  })

  it("takes out what would steer a terminal", () => {
    expect(Text.harmless("a\u001b[2Jb\u0007\r\u009bc\td\n")).toBe("a[2Jbc\td\n")
    expect(Text.printable(" two\r\nlines \u001b]0;x\u0007 ")).toBe("two lines ]0;x")
    expect(Text.harmless("a\u202egpj.exe\u202c \u2066b\u2069")).toBe("agpj.exe b")
    expect(Text.harmless("你好 🙂 é")).toBe("你好 🙂 é")
  })

  it("writes tokens as the vendor does", () => {
    expect([1024 * 1024, 200 * 1024, 65536, 1000, 512].map(Text.tokens)).toEqual(["1M", "200K", "64K", "1000", "512"])
  })
})
