/**
 * Whether text, images, video or sound may be shown: `POST /moderations`. A refusal is the answer, and no error; `guard`
 * makes one of it.
 *
 * Text has at most 2000 characters a call; images are under 10 MB and of 20×20 to 6000×6000 pixels; video of at most 30
 * and sound of at most 60 seconds is advised. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import { ContentFilteredError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { answerIds, Count, ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { unfit } from "./internal/errors.js"
import { pieces } from "./internal/text.js"
import { list, nullable, open } from "./internal/wire.js"

const Url = open({ url: Schema.String })

/**
 * One thing to be judged: `type` names the field that holds it.
 *
 * @since 0.1.0
 * @category models
 */
export const Part = Schema.Union(
  open({ type: Schema.Literal("text"), text: Schema.String }),
  open({ type: Schema.Literal("image_url"), image_url: Url }),
  open({ type: Schema.Literal("video_url"), video_url: Url }),
  open({ type: Schema.Literal("audio_url"), audio_url: Url })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Part = typeof Part.Type

/**
 * The request of `POST /moderations`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const ModerationRequest = open({
  /** `moderation`; no other is documented. */
  model: Schema.String,
  /** A text, one part, or several. */
  input: Schema.Union(Schema.String, Part, Schema.Array(Part)),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ModerationRequest extends Schema.Schema.Type<typeof ModerationRequest> {}

/**
 * The verdict on one part. `risk_level` is `PASS`, `REVIEW`, `REJECT`, or a word that is not documented yet.
 *
 * @since 0.1.0
 * @category models
 */
export const ModerationResult = open({
  content_type: nullable(Schema.String),
  risk_level: nullable(Schema.String),
  risk_type: list(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ModerationResult extends Schema.Schema.Type<typeof ModerationResult> {}

/**
 * The answer of `POST /moderations`. Which result is of which part is told by its position alone. The counter of `usage` is
 * a number in the vendor's document and a text in its Java SDK; both are read.
 *
 * @since 0.1.0
 * @category models
 */
export const ModerationResponse = open({
  ...answerIds,
  result_list: list(ModerationResult),
  usage: nullable(open({ moderation_text: nullable(open({ call_count: nullable(Count) })) }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ModerationResponse extends Schema.Schema.Type<typeof ModerationResponse> {}

/**
 * What is to be done with a text: show it (`PASS`), have it looked at (`REVIEW`), or not show it (`REJECT`). A level that is not
 * documented is given as it came, and counts as worse than `REVIEW`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly level: "PASS" | "REVIEW" | "REJECT" | (string & {})
  /** The risks that were found, each once. */
  readonly risks: ReadonlyArray<string>
}

/**
 * Judges, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const check = (request: ModerationRequest): Effect.Effect<ModerationResponse, ZhipuError, ZhipuHttpClient> =>
  post("moderations", "/moderations", request, ModerationResponse)

/** What a call takes. */
const maxCharacters = 2000

const levels = ["PASS", "REVIEW", undefined, "REJECT"]

const severity = (level: string): number => {
  const known = levels.indexOf(level.toUpperCase())
  return known === -1 ? levels.indexOf(undefined) : known
}

/**
 * The verdict on an answer: the worst of its results, with the risks of all.
 *
 * @since 0.1.0
 * @category getters
 */
export const verdict = (response: ModerationResponse): Verdict =>
  worst(response.result_list.map(({ risk_level: level = "REVIEW", risk_type: risks }) => ({ level, risks })))

/**
 * The worst of several verdicts, with the risks of all; of none it is `PASS`.
 *
 * @since 0.1.0
 * @category getters
 */
export const worst = (verdicts: ReadonlyArray<Verdict>): Verdict => ({
  level: verdicts.reduce<string>((found, { level }) => (severity(level) > severity(found) ? level : found), "PASS"),
  risks: Array.from(new Set(verdicts.flatMap(({ risks }) => risks)))
})

/**
 * Judges a text of any length. More than 2000 characters are cut at the ends of sentences, and the worst verdict counts.
 *
 * @example
 * ```ts
 * import { Moderations } from "@effect-zhipu/api"
 * import { Effect } from "effect"
 *
 * export const mayBeShown = (comment: string) =>
 *   Effect.map(Moderations.checkText(comment), ({ level }) => level === "PASS")
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const checkText = (text: string): Effect.Effect<Verdict, ZhipuError, ZhipuHttpClient> =>
  Effect.map(
    Effect.forEach(pieces(text, maxCharacters), (input) =>
      Effect.flatMap(check({ model: "moderation", input }), (response) =>
        response.result_list.length === 0
          ? unfit("The answer holds no verdict, so the text counts as not judged.", "an empty result_list")
          : Effect.succeed(verdict(response))
      )
    ),
    worst
  )

/**
 * Lets a text through, or fails with `ContentFilteredError` where it is rejected; with `failOn: "REVIEW"` also where somebody
 * should look at it first.
 *
 * @example
 * ```ts
 * import { Moderations } from "@effect-zhipu/api"
 * import { Message, ZhipuChat } from "@effect-zhipu/client"
 * import { Effect } from "effect"
 *
 * export const answer = (question: string) =>
 *   Effect.flatMap(Moderations.guard(question), (safe) =>
 *     ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user(safe)] })
 *   )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const guard = (
  text: string,
  options: { readonly failOn?: "REVIEW" | "REJECT" | undefined } = {}
): Effect.Effect<string, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(checkText(text), ({ level, risks }) =>
    severity(level) < severity(options.failOn ?? "REJECT") && (level === "PASS" || level === "REVIEW")
      ? Effect.succeed(text)
      : new ContentFilteredError({
          message: `Moderation says ${level}${risks.length === 0 ? "" : ` (${risks.join(", ")})`}: do not use the text.`,
          status: 200
        })
  )
