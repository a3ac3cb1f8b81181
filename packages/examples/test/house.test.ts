/** The picture of the rooms in CONTRIBUTING.md: it names every room, and each import between rooms is one of its arrows. */
import { describe, expect, it } from "vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./support/child.js"

const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8")
const begin = contributing.indexOf("packages/protocol/src/internal")
const picture = contributing.slice(begin, contributing.indexOf("```", begin))

interface Floor {
  readonly folder: string
  /** By room, those that it may import. */
  readonly rooms: ReadonlyMap<string, ReadonlyArray<string>>
}

const floors = picture.split(/^(?=packages\/)/m).map((text): Floor => {
  const [folder = ""] = text.split(/\s/)
  const rooms = Array.from(text.matchAll(/^ {2}(\w+) .*?->(.*)$/gm), ([, room = "", arrows = ""]) => {
    return [room, arrows.trim().split(/\s+/)] as const
  })
  return { folder, rooms: new Map(rooms) }
})

const importsOf = (folder: string, room: string): ReadonlySet<string> => {
  const files = readdirSync(join(root, folder, room), { recursive: true, encoding: "utf8" })
  const found = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(root, folder, room, file), "utf8")
      return Array.from(text.matchAll(/(?:from|import\() ?"\.\.\/(\w+)\//g), ([, other = ""]) => other)
    })
  return new Set(found.filter((other) => existsSync(join(root, folder, other))))
}

describe("the rooms", () => {
  it("are those of the picture", () => {
    for (const { folder, rooms } of floors) {
      const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())
      expect([folder, [...rooms.keys()].sort()]).toEqual([folder, folders.map(({ name }) => name).sort()])
    }
    expect(floors.map(({ folder }) => folder)).toHaveLength(4)
  })

  it("import what the arrows say", () => {
    for (const { folder, rooms } of floors) {
      for (const [room, arrows] of rooms) {
        const others = [...importsOf(folder, room)].filter((other) => !arrows.includes(other))
        expect([folder, room, others]).toEqual([folder, room, []])
      }
    }
  })
})
