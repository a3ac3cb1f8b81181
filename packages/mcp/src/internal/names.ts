/** The names under which the model sees the tools of servers. Pure. */
import * as Hash from "effect/Hash"

/** @internal */
export type Name = `${string}__${string}`

/** What the service takes for the name of a function. */
const maxLength = 64

/** The name of the server takes no more, so that there is room for that of the tool. */
const maxServer = 24

const valid = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_-]/g, "_")

const digits = (text: string): string => (Hash.string(text) >>> 0).toString(16).padStart(8, "0")

const marked = ({ server, tool }: Named, turn: number): Name => {
  const end = `_${digits([server, tool, ...(turn === 0 ? [] : [turn])].join("\n"))}`
  const start = `${valid(server).slice(0, maxServer)}__`
  return `${start}${valid(tool).slice(0, maxLength - start.length - end.length)}${end}` as Name
}

/** @internal */
export interface Named {
  readonly server: string
  readonly tool: string
}

/**
 * A name for each: `server__tool`, of letters, digits, `_` and `-`. One that is too long, or the same as another once it is
 * valid, ends in eight digits that come of what it was, so that it is the same at the next start.
 *
 * @internal
 */
export const namesOf = (tools: ReadonlyArray<Named>): ReadonlyArray<Name> => {
  const plain = tools.map((named): readonly [Name, Named] => [`${valid(named.server)}__${valid(named.tool)}`, named])
  const counts = new Map<string, number>()
  for (const [name] of plain) counts.set(name, (counts.get(name) ?? 0) + 1)
  const isOwn = ([name, { server }]: readonly [Name, Named]) =>
    name.length <= maxLength && server.length <= maxServer && counts.get(name) === 1
  const taken = new Set(plain.filter(isOwn).map(([name]) => name))
  return plain.map((entry) => {
    if (isOwn(entry)) return entry[0]
    // A server that wants to be taken for another may choose a name that ends in the digits of that one's.
    let turn = 0
    while (taken.has(marked(entry[1], turn))) turn++
    const name = marked(entry[1], turn)
    taken.add(name)
    return name
  })
}
