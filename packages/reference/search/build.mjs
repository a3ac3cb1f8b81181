// The index of the search over everything: each section of the guide and the READMEs, and each export of the modules.
import { copyFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import MiniSearch from "minisearch"
import { PageEvent, ReflectionKind, RendererEvent } from "typedoc"
import { asked } from "./asked.mjs"
import { indexOptions, words } from "./words.js"

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }

const textOf = (html) =>
  html
    .replace(/<button[^]*?<\/button>|<svg[^]*?<\/svg>/g, "")
    .replace(/<\/(?:p|li|td|th|h\d|pre)>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all)
    .replace(/\s+/g, " ")
    .trim()

/** A page in pieces, each from a heading to the next. */
const sectionsOf = ({ contents, model, url }) => {
  const [, body = ""] =
    /<div class="tsd-panel tsd-typography">([^]*?)<\/div><\/div>\s*<div class="col-sidebar">/.exec(contents) ?? []
  const language = url.startsWith("zh/") ? "zh-CN" : "en"
  return body
    .split(/(?=<h[123] id=)/)
    .filter((html) => html.startsWith("<h"))
    .map((html, index) => {
      const [heading = "", id = ""] = [
        textOf(/<h\d[^>]*>([^]*?)<\/h\d>/.exec(html)?.[1] ?? ""),
        /id="([^"]*)"/.exec(html)?.[1]
      ]
      const text = textOf(html.replace(/<h\d[^]*?<\/h\d>/, ""))
      return { title: model.name, heading, text, language, url: index === 0 ? url : `${url}#${id}` }
    })
}

const summaryOf = ({ comment, signatures = [] }) =>
  [comment, ...signatures.map((signature) => signature.comment)]
    .flatMap((comment) => comment?.summary ?? [])
    .map(({ text }) => text)
    .join("")

const exportsOf = (project, router) =>
  project.getReflectionsByKind(ReflectionKind.Module).flatMap((module) => {
    const name = module.name.replace(/^.*\//, "")
    const entry = (reflection, title) => ({
      title,
      heading: "",
      text: `${module.name} ${summaryOf(reflection)}`,
      language: "",
      url: router.getFullUrl(reflection)
    })
    const shown = (module.children ?? []).filter((child) => child.variant === "declaration" && router.hasUrl(child))
    return [entry(module, module.name), ...shown.map((child) => entry(child, `${name}.${child.name}`))]
  })

/** The phrases of a list as they are looked for: ` next js, app router,`. */
const phrases = (list) =>
  list
    .split(", ")
    .filter((phrase) => phrase !== "")
    .map((phrase) => ` ${words(phrase).join(" ").toLowerCase()},`)
    .join("")

/** Gives sections the words that are asked for and that they do not use, and their Chinese twins those in Chinese as well. */
const withAsked = (sections, logger) => {
  const pageOf = ({ url }) => url.replace(/\.html.*$/, "")
  const ofPage = (page) => sections.filter((section) => pageOf(section) === page)
  for (const [place, english, chinese] of asked) {
    const [page, anchor] = place.split("#")
    const own = ofPage(page)
    const at = anchor === undefined ? 0 : own.findIndex(({ url }) => url === `${page}.html#${anchor}`)
    const twin = ofPage(`zh/${page}`)
    if (own[at] === undefined || twin.length !== own.length) {
      logger.error(`search/asked.mjs names ${place}, which is not there in both languages`)
      continue
    }
    own[at].asked = `${own[at].asked ?? ""}${phrases(english)}`
    twin[at].asked = `${twin[at].asked ?? ""}${phrases(english)}${phrases(chinese)}`
  }
}

export const load = ({ logger, renderer }) => {
  const sections = []
  renderer.on(
    PageEvent.END,
    (page) => {
      if (page.pageKind === "document") sections.push(...sectionsOf(page))
    },
    -1000
  )
  renderer.on(RendererEvent.BEGIN, () => void sections.splice(0))
  // After what TypeDoc copies at the end, as its `search.js` is replaced.
  renderer.on(
    RendererEvent.END,
    ({ outputDirectory, project }) => {
      const assets = join(outputDirectory, "assets")
      const index = new MiniSearch(indexOptions)
      withAsked(sections, logger)
      index.addAll([...sections, ...exportsOf(project, renderer.router)])
      writeFileSync(join(assets, "search.json"), JSON.stringify(index))
      for (const name of ["search.js", "words.js"]) {
        copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(assets, name))
      }
      copyFileSync(
        createRequire(import.meta.url)
          .resolve("minisearch")
          .replace(/cjs.index\.cjs$/, "es/index.js"),
        join(assets, "minisearch.js")
      )
    },
    -500
  )
}
