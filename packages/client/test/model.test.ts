import { describe, expect, it } from "@effect/vitest"
import { Model } from "@effect-zhipu/client"
import { Option } from "effect"

const idOf = (model: string) => Option.getOrUndefined(Option.map(Model.find(model), ({ id }) => id))

describe("the table of models", () => {
  it("finds a model however its name is written, and gives the code to send", () => {
    for (const { id } of Model.table) {
      expect(idOf(id)).toBe(id)
      expect(idOf(id.toUpperCase())).toBe(id)
    }
    expect(idOf("GLM-4.6V-FlashX")).toBe("glm-4.6v-flashx")
  })

  it("knows nothing of others", () => {
    for (const model of ["", "glm-9", "glm-4.6 ", "__proto__", "constructor"]) expect(idOf(model)).toBeUndefined()
  })

  it("has each model once", () => {
    expect(new Set(Model.table.map(({ id }) => id)).size).toBe(Model.table.length)
  })
})
