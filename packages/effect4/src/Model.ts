// Generated from packages/client/src/Model.ts by scripts/effect4: change that file.
/**
 * What each model can do, as data. A model that is not in the table is passed through: the service knows best.
 *
 * @since 0.1.0
 */
import {
  type Capabilities,
  type KnownModel,
  modelOf,
  models,
  takesFormat
} from "@effect-zhipu/protocol/internal/documents/models"
import * as Option from "effect/Option"

export type { Capabilities, Modality, Thinking } from "@effect-zhipu/protocol/internal/documents/models"

/**
 * The code of a model that this version knows: what an editor offers for `model`. Any other string can be sent as well.
 *
 * @since 0.1.0
 * @category models
 */
export type Known = KnownModel

/**
 * All models known to this version, newest first.
 *
 * @since 0.1.0
 * @category constants
 */
export const table: ReadonlyArray<Capabilities> = models

/**
 * What is known of a model; none for one that this version does not know. Capital letters do not matter, as the vendor's
 * own pages write `GLM-4.6` as well; `id` is the code in lower case, which is sure to be taken.
 *
 * @example
 * ```ts
 * import { Model } from "@effect-zhipu/effect4"
 * import { Option } from "effect"
 *
 * export const canStreamTools = (id: string) => Option.exists(Model.find(id), (model) => model.toolStream)
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (id: string): Option.Option<Capabilities> => Option.fromNullishOr(modelOf(id))

/**
 * Whether a model takes `response_format`, which is a field of text models alone. A model that this version does not know
 * is taken for one.
 *
 * @since 0.1.0
 * @category predicates
 */
export const takesResponseFormat: (id: string) => boolean = takesFormat
