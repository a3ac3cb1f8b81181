// Generated from packages/monitor/src/AlertChange.ts by scripts/effect4: change that file.
/**
 * That a rule of `Alert` was raised or cleared, and which rules are raised, as documents that can be sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A rule that is raised now.
 *
 * @since 0.1.0
 * @category models
 */
export const Active = Schema.Struct({
  name: Schema.String,
  description: Schema.String,
  /** Since when, in milliseconds since the epoch. */
  since: Schema.Number
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Active extends Schema.Schema.Type<typeof Active> {}

const fields = {
  name: Schema.String,
  description: Schema.String,
  /** Milliseconds since the epoch. */
  time: Schema.Number,
  /** What the rule looks at; `null` where there is nothing left to look at. */
  value: Schema.NullOr(Schema.Number)
}

/**
 * @since 0.1.0
 * @category models
 */
export const Raised = Schema.TaggedStruct("Raised", fields)

/**
 * @since 0.1.0
 * @category models
 */
export interface Raised extends Schema.Schema.Type<typeof Raised> {}

/**
 * @since 0.1.0
 * @category models
 */
export const Cleared = Schema.TaggedStruct("Cleared", fields)

/**
 * @since 0.1.0
 * @category models
 */
export interface Cleared extends Schema.Schema.Type<typeof Cleared> {}

/**
 * @since 0.1.0
 * @category models
 */
export const AlertChange = Schema.Union([Raised, Cleared])

/**
 * @since 0.1.0
 * @category models
 */
export type AlertChange = Raised | Cleared
