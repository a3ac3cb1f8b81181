/**
 * What a tool of a server answers: blocks of content, and the text that the model is told.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A block of an answer: a text, an image or a sound in base64, a resource with its contents, the address of one, or something
 * that a later version of the protocol has.
 *
 * @since 0.1.0
 * @category models
 */
export type Content =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly data: string; readonly mimeType: string }
  | {
      readonly type: "resource"
      readonly uri: string
      readonly mimeType: string | undefined
      /** Where it is a text. */
      readonly text: string | undefined
      /** Base64, where it is no text. */
      readonly blob: string | undefined
    }
  | {
      readonly type: "resource_link"
      readonly uri: string
      readonly name: string
      readonly mimeType: string | undefined
      readonly description: string | undefined
    }
  | { readonly type: "other"; readonly value: Readonly<Record<string, unknown>> }

/**
 * - `text`: what the model is told. What is no text is described in a line each, as `[image image/png, 5120 bytes]`: the model
 *   cannot be shown it in the result of a tool.
 * - `isCut`: `text` was longer than `maxText`; it says so itself.
 * - `content`, `structuredContent`: what the server sent, for the program.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpAnswer {
  readonly text: string
  readonly isCut: boolean
  readonly content: ReadonlyArray<Content>
  readonly structuredContent: Readonly<Record<string, unknown>> | undefined
}

/**
 * As the `success` of a tool: the model gets `text`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FromText: Schema.Schema<McpAnswer, string> = Schema.transform(
  Schema.String,
  Schema.declare((u: unknown): u is McpAnswer => typeof u === "object" && u !== null && "text" in u && "content" in u),
  {
    strict: true,
    decode: (text) => ({
      text,
      isCut: false,
      content: [{ type: "text" as const, text }],
      structuredContent: undefined
    }),
    encode: ({ text }) => text
  }
)
