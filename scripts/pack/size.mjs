// How large the client is on a page, and whether a page that only streams gets what it does not use.
import { build } from "esbuild"
import { gzipSync } from "node:zlib"

/**
 * Bytes, minified and compressed, of the program below without effect and @effect/platform. More fails the tests. They were
 * 33,500 before answers of relays and gateways were read as a person would read them, errors told by words, time counted
 * that has passed, and calls had options of their own; 38,700 before a plain completion was looked at by hand, which saves a
 * seventh of its call, and observers were told the label of a key; 38,750 before a client started sooner, what an error carries
 * of an answer was looked at when it is read, and lists were folded in the time of their length; 39,050 before the end of a client
 * ended the whole answers that run; 39,215 before streams over fetch were read by callback. Whoever imports modules (`@effect-zhipu/client/ZhipuChat`) has 670 fewer: esbuild keeps all of a
 * module that a barrel names.
 */
export const limit = 39_500

const program = `
import { ChunkEvent, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Layer from "effect/Layer"
export const live = Layer.provide(Zhipu.layerConfig(), FetchHttpClient.layer)
export const stream = (request) => ChunkEvent.text(ZhipuChat.stream(request))
`

/** Modules that a stream does not need: named here, they must not come with it. */
const unused =
  /(client\/dist\/(Attachment|CircuitBreaker|Conversation|ErrorLog|Fallback|KeyPool|Model|StructuredOutput|Tool|ToolError|ToolLoop|Toolkit|Transcript|CallMetrics|ProviderTool|internal\/(tools|objects)\/\w+)|protocol\/dist\/(Decoder|Fold|Failure|ChatRequest|internal\/(requests\/(trim|pendingCalls)|documents\/models|policy\/(circuit|judge)|text\/(jsonText|mediaType|base64))))\.js$/

/** Bundles the program from what is installed in a project. */
export const measure = async (project) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: program, resolveDir: project },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["effect", "effect/*", "@effect/platform", "@effect/platform/*"],
    absWorkingDir: project,
    metafile: true,
    write: false
  })
  const [{ contents }] = outputFiles
  const [{ inputs }] = Object.values(metafile.outputs)
  const modules = Object.entries(inputs)
    .map(([path, { bytesInOutput }]) => ({ path: path.replace(/^.*node_modules\//, ""), bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
  return {
    bytes: gzipSync(contents, { level: 9 }).byteLength,
    minified: contents.byteLength,
    largest: modules.slice(0, 10),
    unused: modules.filter(({ path }) => unused.test(path))
  }
}
