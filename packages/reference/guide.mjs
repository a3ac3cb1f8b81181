// The guide and the READMEs as pages beside the API reference, in both languages: what their files say, under addresses that
// tell what they are. A link to a module's source leads to its page here; one to any other file, to the repository.
import { existsSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { Application, Converter, KindRouter, PageEvent, ReflectionKind } from "typedoc"

const root = fileURLToPath(new URL("../..", import.meta.url))
const repository = "https://github.com/effect-zhipu/effect-zhipu"

const fileOf = (path) => relative(root, path).replaceAll("\\", "/")

/** Where the page of a Markdown file is, without its ending. */
const addressOf = (file) =>
  file
    .replace(/^docs\/zh\//, "zh/guide/")
    .replace(/^docs\//, "guide/")
    .replace(/^(?:(packages\/\w+)\/)?README\.zh-CN\.md$/, (_, of) =>
      of === undefined ? "zh/readme.md" : `zh/${of}.md`
    )
    .replace(/^(packages\/\w+)\/README\.md$/, "$1.md")
    .replace(/^README\.md$/, "readme.md")
    .replace(/README\.md$/, "index.md")
    .replace(/\.md$/, "")

/** The page that others stand under, in the list of pages. */
const parentOf = (file) => {
  if (/^docs\/zh\/(?!README)/.test(file)) return "docs/zh/README.md"
  if (/^docs\/(?!README|zh\/)/.test(file)) return "docs/README.md"
  if (!file.startsWith("packages/")) return undefined
  return file.endsWith(".zh-CN.md") ? "README.zh-CN.md" : "README.md"
}

/** Anchors as GitHub makes them, which is where the links of the files lead. */
const slug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-")

const documentsOf = (project) => project.getReflectionsByKind(ReflectionKind.Document)

const pathOf = (document) => document.project.files.getReflectionPath(document)

class GuideRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return reflection.isDocument() ? addressOf(fileOf(pathOf(reflection))) : super.getIdealBaseName(reflection)
  }

  buildPages(project) {
    const pages = super.buildPages(project)
    for (const document of documentsOf(project)) this.getSlugger(document).serialize = slug
    return pages
  }
}

/** A link to a file that is no page: to the repository, where the file is there. */
const toRepository = (document, logger, part) => {
  if (part.kind !== "relative-link") return part
  const { files } = document.project
  const target = part.target === undefined ? undefined : files.resolve(part.target, document.project)
  if (typeof target === "object") return part
  const path = target ?? join(dirname(pathOf(document)), part.text.replace(/#.*$/, ""))
  if (!existsSync(path)) {
    logger.error(`${fileOf(pathOf(document))} links to ${part.text}, which is not there`)
    return part
  }
  const anchor = part.targetAnchor === undefined ? "" : `#${part.targetAnchor}`
  const kind = statSync(path).isDirectory() ? "tree" : "blob"
  return { kind: "text", text: `${repository}/${kind}/main/${fileOf(path).replace(/\/$/, "")}${anchor}` }
}

/** The order in which the first page of a guide names the others. */
const order = (index) => {
  const names = Array.from(
    index.content
      .map(({ text }) => text)
      .join("")
      .matchAll(/([\w.-]+)\.md/g),
    ([, name]) => name
  )
  return (document) => names.indexOf(fileOf(pathOf(document)).replace(/^.*\/|\.md$/g, "")) >>> 0
}

/** Anchors are made of what a heading says, also of what it says in backticks, which TypeDoc would leave out. */
const withCode = (parser) =>
  parser.core.ruler.push("code-in-headings", ({ Token, tokens }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== "heading_open") continue
      for (const token of tokens[index + 1].children) {
        if (token.type !== "code_inline") continue
        token.children = [Object.assign(new Token("text", "", 0), { content: token.content })]
      }
    }
  })

/** READMEs name other files by their address in the repository, as npm shows them as well; what has a page here is on the site. */
const withinTheSite = ({ contents, model, url }) => {
  const pages = new Set(documentsOf(model.project).map((document) => fileOf(pathOf(document))))
  const pageOf = (path) => [path, `${path}/README.md`].find((file) => pages.has(file))
  return contents?.replaceAll(
    /href="https:\/\/github\.com\/effect-zhipu\/effect-zhipu\/(?:tree|blob)\/main\/([^"#]*)/g,
    (whole, path) => {
      const file = pageOf(path.replace(/\/$/, ""))
      return file === undefined
        ? whole
        : `href="${relative(dirname(url), `${addressOf(file)}.html`).replaceAll("\\", "/")}`
    }
  )
}

export const load = (app) => {
  const { converter, logger, renderer } = app
  renderer.defineRouter("guide", GuideRouter)
  // The file of options, which is read after this, says nothing of it, and would take it back.
  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue("markdownItLoader", withCode))

  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      project.files.registerReflectionPath(project.getSymbolIdFromReflection(module).fileName, module)
    }
    for (const document of documentsOf(project)) {
      const [, title] = /^# (.+)$/m.exec(document.content.map(({ text }) => text).join("")) ?? []
      document.name = title?.replaceAll("`", "") ?? fileOf(pathOf(document))
      document.content = document.content.map((part) => toRepository(document, logger, part))
    }
  })

  // After TypeDoc has sorted what it knows.
  converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      const byFile = new Map(documentsOf(project).map((document) => [fileOf(pathOf(document)), document]))
      for (const [file, document] of byFile) {
        const parent = byFile.get(parentOf(file))
        if (parent === undefined) continue
        document.parent = parent
        parent.addChild(document)
      }
      for (const index of ["docs/README.md", "docs/zh/README.md"].map((file) => byFile.get(file))) {
        const at = order(index)
        index?.children?.sort((one, other) => at(one) - at(other))
      }
      const top = ["docs/README.md", "README.md", "docs/zh/README.md", "README.zh-CN.md"].map((file) =>
        byFile.get(file)
      )
      project.documents = top
      project.childrenIncludingDocuments = [...top, ...project.children]
    },
    -1000
  )

  renderer.on(PageEvent.END, (page) => {
    if (page.pageKind === "document") page.contents = withinTheSite(page)
    if (page.url.startsWith("zh/")) page.contents = page.contents?.replace(/(<html[^>]*) lang="en"/, '$1 lang="zh-CN"')
  })
}
