// Generated from packages/monitor/src/internal/html.ts by scripts/effect4: change that file.
/** The page, whose style and script are files of their own, so that no inline code has to be allowed. */

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`)

/**
 * Everything is loaded relative to where the page is. Mounted at `/monitor` and asked for without a slash at the end, that
 * is one level up, wherever a proxy in between has put it; hence the base.
 *
 * @internal
 */
export const html = (url: string, title: string): string => {
  const path = url.replace(/[?#].*$/s, "")
  const last = path.slice(path.lastIndexOf("/") + 1)
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${escape(title)}</title>
    <base href="./${last === "" ? "" : `${escape(last)}/`}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="uplot.css" />
    <link rel="stylesheet" href="page.css" />
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <header>
      <h1>${escape(title)}</h1>
      <div id="last" role="group" aria-label="Time that figures and plots are of">
        <button type="button" value="" aria-pressed="true">Live</button>
        <button type="button" value="5m" aria-pressed="false">5 minutes</button>
        <button type="button" value="1h" aria-pressed="false">1 hour</button>
        <button type="button" value="24h" aria-pressed="false">24 hours</button>
      </div>
      <p id="status" role="status" data-state="waiting">Waiting for figures</p>
    </header>
    <main>
      <section id="active" aria-label="Alerts" aria-live="polite"></section>
      <section id="figures" aria-label="Figures">
        <dl class="tile" data-tone="calls">
          <dt>Calls</dt>
          <dd><b id="calls">–</b> <span>/ s</span></dd>
          <dd class="small"><span><b id="in-flight">–</b> in flight</span><span><b id="ended">–</b> in the window</span></dd>
        </dl>
        <dl class="tile" data-tone="success">
          <dt>Success</dt>
          <dd><b id="success">–</b> <span>%</span></dd>
          <dd class="small"><span><b id="failed">–</b> failed</span><span><b id="left">–</b> left by the caller</span></dd>
        </dl>
        <dl class="tile" data-tone="latency">
          <dt>Latency</dt>
          <dd><b id="latency-p50">–</b> <span id="latency-p50-unit">s</span></dd>
          <dd class="small"><span>p95 <b id="latency-p95">–</b></span><span>p99 <b id="latency-p99">–</b></span></dd>
        </dl>
        <dl class="tile" data-tone="first">
          <dt>First chunk</dt>
          <dd><b id="first-p50">–</b> <span id="first-p50-unit">s</span></dd>
          <dd class="small"><span>p95 <b id="first-p95">–</b></span><span>p99 <b id="first-p99">–</b></span></dd>
        </dl>
        <dl class="tile" data-tone="tokens">
          <dt>Output tokens</dt>
          <dd><b id="tokens-out">–</b> <span>/ s</span></dd>
          <dd class="small"><span>input <b id="tokens-in">–</b></span><span>cached <b id="cached">–</b></span></dd>
        </dl>
        <dl class="tile" data-tone="cost">
          <dt>Cost</dt>
          <dd><b id="cost">–</b> <span id="cost-unit"></span></dd>
          <dd class="small"><span><b id="cost-hour">–</b> an hour</span><span id="cost-more"></span></dd>
        </dl>
      </section>
      <section id="jobs" aria-label="Jobs" hidden></section>
      <section id="plots" aria-label="Plots">
        <figure><figcaption>Calls a second</figcaption><div id="plot-calls"></div></figure>
        <figure><figcaption>Latency</figcaption><div id="plot-latency"></div></figure>
        <figure><figcaption>First chunk</figcaption><div id="plot-first"></div></figure>
        <figure><figcaption>Tokens a second</figcaption><div id="plot-tokens"></div></figure>
      </section>
      <section id="shares" class="lists">
        <div>
          <h2>By model</h2>
          <table>
            <thead><tr><th>Model</th><th>Calls</th><th>Failed</th><th>Tokens</th><th>Cost</th></tr></thead>
            <tbody id="models"></tbody>
          </table>
        </div>
        <div>
          <h2>By key</h2>
          <table>
            <thead><tr><th title="4 digits of a hash; no part of the key">Key</th><th>Calls</th><th>Failed</th><th>Tokens</th><th>Cost</th></tr></thead>
            <tbody id="keys"></tbody>
          </table>
        </div>
      </section>
      <section id="lists" class="lists">
        <div>
          <h2>Errors by kind</h2>
          <table>
            <thead><tr><th>Kind</th><th>Calls</th><th>Attempts</th></tr></thead>
            <tbody id="errors"></tbody>
          </table>
        </div>
        <div>
          <h2>Alerts</h2>
          <ol id="recent"></ol>
        </div>
        <div>
          <h2>Since the start</h2>
          <table><tbody id="totals"></tbody></table>
        </div>
      </section>
    </main>
    <noscript>This page needs JavaScript. The same figures are at snapshot and at metrics.</noscript>
  </body>
</html>
`
}
