/**
 * What each model can do, as data. A model that is not in the table is passed through: the service knows best.
 *
 * @since 0.1.0
 */
import { type Capabilities, modelOf, models, takesFormat } from "@effect-zhipu/protocol/internal/documents/models"
import * as Option from "effect/Option"

export type { Capabilities, Modality, Thinking } from "@effect-zhipu/protocol/internal/documents/models"

/**
 * All models known to this version, newest first.
 *
 * @since 0.1.0
 * @category constants
 */
export const table: ReadonlyArray<Capabilities> = models

/**
 * What is known of a model, in capitals or not; none for one that this version does not know.
 *
 * @example
 * ```ts
 * import { Model } from "@effect-zhipu/client"
 * import { Option } from "effect"
 *
 * export const canStreamTools = (id: string) => Option.exists(Model.find(id), (model) => model.toolStream)
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (id: string): Option.Option<Capabilities> => Option.fromNullable(modelOf(id))

/**
 * Whether a model takes `response_format`, which is a field of text models alone. A model that this version does not know
 * is taken for one.
 *
 * @since 0.1.0
 * @category predicates
 */
export const takesResponseFormat: (id: string) => boolean = takesFormat
