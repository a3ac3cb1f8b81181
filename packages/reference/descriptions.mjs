// What a page is about, in its first sentence: search engines and previews of links show it, where TypeDoc says the same of all.
import { PageEvent } from "typedoc"

const longest = 200

/** Markdown as the text that is read: no links, no marks of code or emphasis. */
const plain = (markdown) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\{@link (?:\S+ )?([^}]*)\}/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/(?<=\p{Script=Han}|[，；：、]) *\n *(?=\p{Script=Han})/gu, "")
    .replace(/\s+/g, " ")
    .trim()

/** The first paragraph of a page that is a text: no heading, no link to the other language, no table, list or code. */
const firstParagraph = (markdown) =>
  markdown
    .replace(/^```[^]*?^```$/gm, "")
    .split(/\n{2,}/)
    .find((block) => !/^(?:#|\||<|- |!\[|\[[^\]]*\]\([^)]*\)$)/.test(block.trim()) && block.trim() !== "")

const firstSentence = (text) => {
  const [sentence = text] = /^.*?(?:[.!?](?= |$)|[。！？])/.exec(text) ?? []
  return sentence.length <= longest
    ? sentence
    : `${sentence
        .slice(0, longest)
        .replace(/[^\s，；、]*$/, "")
        .trim()}…`
}

const textOf = (parts = []) => parts.map(({ text }) => text).join("")

const summaryOf = ({ comment, signatures = [] }) =>
  textOf([comment, ...signatures.map((signature) => signature.comment)].find((found) => found?.summary.length)?.summary)

const markdownOf = ({ isIndex, model, project }) => {
  if (isIndex) return firstParagraph(textOf(project.readme))
  if (model.isDocument?.()) return firstParagraph(textOf(model.content))
  return summaryOf(model) || (model.parent && `${model.name} of ${model.parent.name}`)
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;")

export const load = ({ renderer }) => {
  renderer.on(PageEvent.END, (page) => {
    const { model, project, url } = page
    const text = plain(markdownOf({ isIndex: url === "index.html", model, project }) ?? "")
    if (text === "") return
    page.contents = page.contents?.replace(
      /(<meta name="description" content=")[^"]*/,
      (_, before) => `${before}${escaped(firstSentence(text))}`
    )
  })
}
