/**
 * Operations about the web: search and reader. Nothing is fetched; pages are made of the query, or of the address.
 */
import { snippet } from "../answers/prose.js"
import { answerIds } from "./ids.js"
import { checkIds, choiceField, illegal, json, type Operation, refuse, textField } from "./operation.js"

const search: Operation = {
  name: "web_search",
  method: "POST",
  path: "/paas/v4/web_search",
  run: (incoming) => {
    const { body } = incoming
    const query = textField(incoming, "search_query")
    const engine = textField(incoming, "search_engine")
    choiceField(incoming, "search_engine", [
      "search_std",
      "search_pro",
      "search_pro_sogou",
      "search_pro_quark",
      "search-prime"
    ])
    choiceField(incoming, "search_recency_filter", ["oneDay", "oneWeek", "oneMonth", "oneYear", "noLimit"])
    choiceField(incoming, "content_size", ["medium", "high"])
    checkIds(incoming)
    const count = typeof body["count"] === "number" ? body["count"] : 10
    if (!Number.isInteger(count) || count < 1 || count > 50) return illegal(incoming, "count")
    if (engine === "search_pro_sogou" && count % 10 !== 0) return illegal(incoming, "count")
    const about = snippet(query, 40)
    // A greeting is nothing to search for, which the service finds out where it is asked to.
    const idle = body["search_intent"] === true && /^(hi|hello|hey|你好)\b/i.test(query.trim())
    const domain = typeof body["search_domain_filter"] === "string" ? body["search_domain_filter"] : "example.com"
    const long = body["content_size"] === "high"
    const given = incoming.store.settings.searchResults
      ?.filter(({ link = "" }) => body["search_domain_filter"] === undefined || hostOf(link).endsWith(domain))
      .map((page, index) => ({ link: "", media: "", icon: "", refer: `ref_${index + 1}`, publish_date: "", ...page }))
    return json({
      ...answerIds(incoming),
      search_intent:
        body["search_intent"] === true
          ? [{ query, intent: idle ? "SEARCH_NONE" : "SEARCH_ALL", keywords: idle ? "" : about }]
          : [],
      search_result:
        given?.slice(0, idle ? 0 : count) ??
        Array.from({ length: idle ? 0 : count }, (_, index) => ({
          title: `${about} (${index + 1})`,
          content: Array.from(
            { length: long ? 8 : 2 },
            (_, line) => `${about}: page ${index + 1}, part ${line + 1}.`
          ).join(" "),
          // These two engines often tell no address.
          link: engine === "search_std" || engine === "search_pro" ? "" : `https://${domain}/search/${index + 1}`,
          media: domain,
          icon: "",
          refer: `ref_${index + 1}`,
          publish_date: "2026-01-15"
        }))
    })
  }
}

const hostOf = (link: string): string => addressOf(link)?.hostname ?? ""

const addressOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

const reader: Operation = {
  name: "reader",
  method: "POST",
  path: "/paas/v4/reader",
  run: (incoming) => {
    const { body } = incoming
    const address = addressOf(textField(incoming, "url"))
    choiceField(incoming, "return_format", ["markdown", "text"])
    if (address === undefined || !/^https?:$/.test(address.protocol)) return illegal(incoming, "url")
    if (address.hostname.endsWith(".invalid") || address.hostname === "invalid") {
      return refuse(incoming, "1234", "网络错误，无法读取网页。", "Network error, the page cannot be read")
    }
    const title = `The page ${address.pathname} of ${address.hostname}`
    const isText = body["return_format"] === "text"
    const image = body["retain_images"] === false || isText ? "" : `\n\n![A picture](${address.origin}/picture.png)`
    return json({
      ...answerIds(incoming),
      model: "web-reader",
      reader_result: {
        title,
        description: `What stands at ${address.href}`,
        url: address.href,
        content: `${isText ? title : `# ${title}`}\n\nThis text was made by the simulator.${image}`,
        metadata: { description: "", viewport: "width=device-width" },
        external: { stylesheet: {} },
        ...(body["with_images_summary"] === true ? { images: { "A picture": `${address.origin}/picture.png` } } : {}),
        ...(body["with_links_summary"] === true ? { links: { Home: `${address.origin}/` } } : {})
      }
    })
  }
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [search, reader]
