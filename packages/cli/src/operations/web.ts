/** `zhipu search`, `zhipu read`, `zhipu models --remote` and `zhipu quota`. */
import * as Models from "@effect-zhipu/api/Models"
import * as Quota from "@effect-zhipu/api/Quota"
import * as Reader from "@effect-zhipu/api/Reader"
import * as WebSearch from "@effect-zhipu/api/WebSearch"
import * as Effect from "effect/Effect"
import { say } from "../language.js"
import { columns, printable } from "../text.js"
import * as Run from "./run.js"

/** @internal */
export const search = (
  options: Run.Common & {
    readonly engine: string | undefined
    readonly count: number | undefined
    readonly domain: string | undefined
    readonly recency: "day" | "week" | "month" | "year" | undefined
    readonly size: "medium" | "high" | undefined
    readonly intent: boolean
    readonly links: boolean
  }
) =>
  Effect.gen(function* () {
    const { key, text } = yield* Run.textOf(options)
    const query = yield* Run.needed(text, "query")
    const { count, domain, engine, intent, recency, size: contentSize } = options
    const program = Effect.gen(function* () {
      const pages = yield* WebSearch.results(query, { count, domain, engine, intent, recency, contentSize })
      if (options.json) return yield* Run.print(pages)
      if (pages.length === 0) yield* Run.tell("There are no pages for it.")
      if (options.links) {
        const links = pages.flatMap(({ link }) => (link === undefined || link === "" ? [] : [link]))
        if (links.length < pages.length)
          yield* Run.tell(`${pages.length - links.length} pages came without an address.`)
        return yield* Effect.forEach(links, Run.say, { discard: true })
      }
      yield* Effect.forEach(
        pages,
        ({ content = "", link = "", publish_date: date = "", title = "" }) =>
          Run.say(
            [title, [link, date].filter((part) => part !== "").join("  "), content, ""]
              .filter((line, i) => i === 3 || line !== "")
              .join("\n")
          ),
        { discard: true }
      )
    })
    yield* Run.run(options, key, program)
  })

/** @internal */
export const read = (
  options: Run.Common & {
    readonly format: "markdown" | "text"
    readonly noCache: boolean
    readonly noImages: boolean
    readonly links: boolean
    readonly images: boolean
  }
) =>
  Effect.gen(function* () {
    const { key, text } = yield* Run.textOf(options)
    const url = yield* Run.needed(text, "address")
    const program = Effect.gen(function* () {
      const answer = yield* Reader.read({
        url: url.trim(),
        return_format: options.format,
        ...(options.noCache ? { no_cache: true } : {}),
        ...(options.noImages ? { retain_images: false } : {}),
        ...(options.links ? { with_links_summary: true } : {}),
        ...(options.images ? { with_images_summary: true } : {})
      })
      if (options.json) return yield* Run.print(answer)
      const page = answer.reader_result
      if (!options.links && !options.images) return yield* Run.say(page?.content ?? "")
      const found = [
        ...Object.entries((options.links ? page?.links : undefined) ?? {}),
        ...Object.entries((options.images ? page?.images : undefined) ?? {})
      ]
      yield* Effect.forEach(found, ([words, address]) => Run.say(`${String(address)}\t${printable(words)}`), {
        discard: true
      })
    })
    yield* Run.run(options, key, program)
  })

/** @internal */
export const models = (options: Run.Common) =>
  Effect.flatMap(Run.keyOf(options), (key) =>
    Run.run(
      options,
      key,
      Effect.flatMap(Models.list, (list) =>
        options.json ? Run.print(list) : Effect.forEach(list, ({ id }) => Run.say(id), { discard: true })
      )
    )
  )

/** @internal */
export const quota = (options: Run.Common) =>
  Effect.flatMap(Run.keyOf(options), (key) =>
    Run.run(
      options,
      key,
      Effect.flatMap(Quota.limits, (limits) => {
        if (options.json) return Run.print(limits)
        const rows = limits.map(({ currentValue, percentage, type = "-", usage }) => [
          printable(type),
          percentage === undefined ? "-" : `${percentage} %`,
          currentValue === undefined || usage === undefined ? "" : say("ofTotal", { count: currentValue, total: usage })
        ])
        return Run.say(columns([say("limitsHead").split("|"), ...rows]))
      })
    )
  )
