/** All scenarios, in the order in which they run. */
import { bundle } from "./bundle.js"
import { burst } from "./burst.js"
import { cold } from "./cold.js"
import { command } from "./command.js"
import { crowd } from "./crowd.js"
import { first } from "./first.js"
import { growth } from "./growth.js"
import { json } from "./json.js"
import { memory } from "./memory.js"
import { memoryPaced } from "./memoryPaced.js"
import { paced } from "./paced.js"
import { prose } from "./prose.js"
import type { Scenario } from "./scenario.js"
import { fold, jwt } from "./tasks.js"
import { tools } from "./tools.js"

export const scenarios: ReadonlyArray<Scenario> = [
  burst,
  prose,
  paced,
  crowd,
  first,
  cold,
  bundle,
  command,
  json,
  memory,
  memoryPaced,
  growth,
  tools,
  jwt,
  fold
]
