/** `zhipu task`: get and wait. */
import * as Tasks from "@effect-zhipu/api/Tasks"
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as FileSystem from "@effect/platform/FileSystem"
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

/** What came of a task: a text, or files behind links, which are fetched where there is a place for them. */
const show = (options: Options, task: Tasks.Task): Run.Program => {
  const { force, json, output } = options
  const path = output === "-" ? undefined : output
  const told = (text: string) => (json ? Run.print(task) : Run.say(text))
  const completion = Option.map(Tasks.completion(task), ChatCompletion.text)
  if (Option.isSome(completion)) {
    if (path === undefined) return told(completion.value)
    const write = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, `${completion.value}\n`))
    return Effect.zipRight(write, told(path))
  }
  const files = [...Option.getOrElse(Tasks.videos(task), () => []), ...Option.getOrElse(Tasks.images(task), () => [])]
  const links = files.flatMap(({ url }) => (url === undefined || url === "" ? [] : [url]))
  const [first] = links
  if (first === undefined) return told(printable(task.task_status ?? "unknown"))
  if (path !== undefined) {
    const paths = links.map((_, i) => Media.numbered(path, i, links.length))
    return Effect.forEach(paths, (path) => Run.target(path, force)).pipe(
      Effect.zipRight(Effect.forEach(links, (link, i) => Media.fetch(link, paths[i]))),
      Effect.zipRight(told(paths.join("\n")))
    )
  }
  if (json) return Run.print(task)
  return output === undefined ? told(links.join("\n")) : Media.fetch(first, undefined)
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
    const key = yield* Run.keyOf(options)
    const program =
      action === "get"
        ? Effect.flatMap(Tasks.get(id), (task) => show(options, task))
        : Effect.flatMap(Run.waiting(options.poll), (wait) =>
            Effect.flatMap(Tasks.await(id, wait), (task) => show(options, task))
          )
    yield* Run.run(options, key, program)
  })
