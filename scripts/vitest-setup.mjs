// Tests of pure code follow each other without a turn of the event loop. On a slow machine vitest then believes its worker
// lost, as it hears nothing from it for a minute: each test ends with a turn.
import { setImmediate as turn } from "node:timers/promises"
import { afterEach } from "vitest"

afterEach(() => turn())
