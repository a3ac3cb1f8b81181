// Imports modules, and says what of the globals is another thing after that. Arguments: whether the program
// has fetched something before ("fetched" or "fresh"), and the files to import.
const describe = () => {
  const seen = new Map()
  for (const key of Reflect.ownKeys(globalThis)) seen.set(key, Object.getOwnPropertyDescriptor(globalThis, key))
  return seen
}

const same = (one, other) =>
  one !== undefined &&
  other !== undefined &&
  ["value", "get", "set", "writable", "enumerable", "configurable"].every((part) => Object.is(one[part], other[part]))

// Node makes many of its globals when they are first read. Those of fetch load the undici of Node with them, which sets the
// dispatcher: in a program that has not fetched yet they are not read here, and may be made by an import.
const ofFetch = [
  "fetch",
  "Headers",
  "Request",
  "Response",
  "FormData",
  "MessageEvent",
  "WebSocket",
  "CloseEvent",
  "EventSource"
]
const [state, ...files] = process.argv.slice(2)
for (const key of Reflect.ownKeys(globalThis)) {
  if (state === "fetched" || !ofFetch.includes(key)) Reflect.get(globalThis, key)
}
if (state === "fetched") await fetch("data:,").then((response) => response.text())
const isMade = (key, before, after) => ofFetch.includes(key) && before?.get !== undefined && after?.value !== undefined
// Effect keeps what has to be there once, however many copies of it are loaded, in globals of its own.
const { Effect } = await import("effect")
Effect.runFork(Effect.void)

// One at a time, each from the state that the one before has left: the first to change something is named.
const changes = []
for (const file of files) {
  const before = describe()
  await import(file)
  const after = describe()
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (!same(before.get(key), after.get(key)) && !isMade(key, before.get(key), after.get(key)))
      changes.push(`${file}: ${String(key)}`)
  }
}
process.stdout.write(JSON.stringify(changes))
process.exit(0)
