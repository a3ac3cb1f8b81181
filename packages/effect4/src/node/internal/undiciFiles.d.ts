// Generated from packages/node/src/internal/undiciFiles.d.ts by scripts/effect4: change that file.
/** Files of undici that have no types of their own: what `undici/index.js` gives out under the same names. */
declare module "undici/lib/dispatcher/agent.js" {
  import type { Agent } from "undici/index.js"
  const agent: typeof Agent
  export default agent
}

declare module "undici/lib/core/errors.js" {
  import type { errors } from "undici/index.js"
  const all: typeof errors
  export default all
}

declare module "undici/lib/web/fetch/formdata.js" {
  import type { FormData } from "undici/index.js"
  const module: { readonly FormData: typeof FormData }
  export default module
}

declare module "undici/lib/handler/unwrap-handler.js" {
  import type { Dispatcher } from "undici/index.js"
  const handler: { readonly unwrap: (handler: Dispatcher.DispatchHandler) => Dispatcher.DispatchHandler }
  export default handler
}
