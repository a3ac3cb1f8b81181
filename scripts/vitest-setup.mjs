import { setImmediate as turn } from "node:timers/promises"
import { it, makeMethods } from "@effect/vitest"
import { afterEach } from "vitest"

// Tests of pure code follow each other without a turn of the event loop. On a slow machine vitest then believes its worker
// lost, as it hears nothing from it for a minute: each test ends with a turn.
afterEach(() => turn())

// `layer` of @effect/vitest puts its own `effect`, `scoped` and others into the one `it` that all files of a worker share: each
// file begins with the plain ones.
makeMethods(it)
