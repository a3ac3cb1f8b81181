import { report } from "./report.js"

report().then(
  (report) => document.body.append(JSON.stringify(report)),
  (error) => document.body.append(String(error))
)
