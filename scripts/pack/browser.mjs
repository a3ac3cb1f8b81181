// The program on a page in Chromium. The service lets no page of another origin ask it, so the server that brings the page
// hands its calls on, as an application's own server does.
import { build } from "esbuild"
import { createServer, request } from "node:http"
import { dirname } from "node:path"
import { chromium } from "playwright-core"

const serve = async (files, service) => {
  const server = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url, "http://localhost")
    const file = files[pathname]
    if (file !== undefined) return response.writeHead(200, { "content-type": file.type }).end(file.content)
    const { headers, method } = incoming
    const onward = request(new URL(incoming.url, service), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    onward.on("error", () => response.writeHead(502).end())
    incoming.pipe(onward)
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => server.closeAllConnections() ?? server.close()
  }
}

/** Bundles a page of a project, opens it, and resolves to what it has written and to what went wrong on it. */
export const runInBrowser = async (executablePath, page, { apiKey, baseUrl }) => {
  const bundle = await build({
    entryPoints: [page],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    absWorkingDir: dirname(page),
    logLevel: "silent",
    write: false
  })
  const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>`
  const server = await serve(
    {
      "/": { type: "text/html", content: html },
      "/page.js": { type: "text/javascript", content: bundle.outputFiles[0].text }
    },
    baseUrl
  )
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] })
  try {
    const tab = await browser.newPage()
    const complaints = bundle.warnings.map(({ text }) => text)
    tab.on("pageerror", (error) => complaints.push(String(error)))
    await tab.goto(`${server.origin}/?key=${apiKey}`)
    await tab.waitForFunction(() => document.body.textContent !== "", undefined, { timeout: 60_000 })
    return { output: await tab.textContent("body"), complaints }
  } finally {
    await browser.close()
    server.stop()
  }
}
