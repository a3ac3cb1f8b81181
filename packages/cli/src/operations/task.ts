/** `zhipu task`: get and wait. */
import * as Tasks from "@effect-zhipu/api/Tasks"
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageError } from "../errors.js"
import { printable } from "../text.js"
import * as Media from "./media.js"
import * as Run from "./run.js"

interface Options extends Run.Common {
  readonly output: string | undefined
  readonly force: boolean
  readonly poll: number | undefined
}

/** What came of a task: a text, or a file behind a link, which is fetched where there is a place for it. */
const show = (options: Options, task: Tasks.Task): Run.Program => {
  if (options.json) return Run.print(task)
  const completion = Tasks.completion(task)
  if (Option.isSome(completion)) return Run.say(ChatCompletion.text(completion.value))
  const files = [...Option.getOrElse(Tasks.videos(task), () => []), ...Option.getOrElse(Tasks.images(task), () => [])]
  const links = files.flatMap(({ url }) => (url === undefined || url === "" ? [] : [url]))
  const [first] = links
  if (first === undefined) return Run.say(printable(task.task_status ?? "unknown"))
  return options.output === undefined
    ? Effect.forEach(links, Run.say, { discard: true })
    : Media.deliver(first, { ...options, url: false })
}

/** @internal */
export const task = (options: Options) =>
  Effect.gen(function* () {
    const [action, id, ...more] = options.words
    if ((action !== "get" && action !== "wait") || id === undefined || more.length > 0) {
      return yield* new UsageError({
        message: "zhipu task is followed by get or wait, and the id of a task.",
        help: "zhipu task"
      })
    }
    if (options.output !== undefined && options.output !== "-") yield* Run.target(options.output, options.force)
    const { key } = yield* Run.piped(options, false)
    const program =
      action === "get"
        ? Effect.flatMap(Tasks.get(id), (task) => show(options, task))
        : Effect.flatMap(Run.waiting(options.poll), (wait) =>
            Effect.flatMap(Tasks.await(id, wait), (task) => show(options, task))
          )
    yield* Run.run(options, key, program)
  })
