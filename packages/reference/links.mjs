// The site holds together: each link leads to a page and a place that are there, and no page loads anything from another host.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { RendererEvent } from "typedoc"

const pagesIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) =>
    name.endsWith(".html") ? [name.replaceAll("\\", "/")] : []
  )

/** What is wrong with the pages of a folder, a line each. */
export const faultsOf = (folder) => {
  const pages = new Map(pagesIn(folder).map((page) => [page, readFileSync(join(folder, page), "utf8")]))
  const anchors = new Map()
  const anchorsOf = (page) => {
    if (!anchors.has(page))
      anchors.set(page, new Set(Array.from(pages.get(page).matchAll(/ id="([^"]*)"/g), ([, id]) => id)))
    return anchors.get(page)
  }
  const faults = []
  for (const [page, html] of pages) {
    for (const [, kind, link] of html.matchAll(/ (href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(link)) {
        if (kind === "src") faults.push(`${page} loads ${link}`)
        continue
      }
      const [path, anchor = ""] = decodeURIComponent(link.replaceAll("&amp;", "&")).split("#")
      let target = path === "" ? page : posix.join(posix.dirname(page), path)
      if (target.endsWith("/") || target === ".") target = posix.join(target, "index.html")
      if (pages.has(target)) {
        if (anchor !== "" && !anchorsOf(target).has(anchor))
          faults.push(`${page} links to ${link}, a place that is not there`)
      } else if (!existsSync(join(folder, target)) || statSync(join(folder, target)).isDirectory()) {
        faults.push(`${page} links to ${link}, which is not there`)
      }
    }
    for (const [tag] of html.matchAll(/<link [^>]*href="https?:[^>]*>/g)) faults.push(`${page} loads ${tag}`)
  }
  return faults
}

export const load = ({ logger, renderer }) => {
  // After what TypeDoc copies at the end.
  renderer.on(
    RendererEvent.END,
    ({ outputDirectory }) => {
      for (const fault of faultsOf(outputDirectory)) logger.error(fault)
    },
    -1000
  )
}
