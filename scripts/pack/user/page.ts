// The program on a page: the service is asked through the server that the page came from.
import { run } from "./program.js"

const apiKey = new URLSearchParams(location.search).get("key") ?? ""
run({ apiKey, baseUrl: `${location.origin}/api/paas/v4` }).then(
  (report) => document.body.append(JSON.stringify(report)),
  (error: unknown) => document.body.append(String(error))
)
