// Generated from packages/testing/src/internal/simulator/requests/models.ts by scripts/effect4: change that file.
/**
 * The chat models that the simulator knows, and what they can do as far as its answers depend on it.
 */

import * as Option from "effect/Option"
import * as Model from "../../../../Model.js"

/** @internal */
export interface ModelInfo {
  readonly thinking: "auto" | "always" | "no"
  readonly vision: boolean
  readonly toolStream: boolean
  /** The values of `reasoning_effort` that are taken; absent: all. */
  readonly efforts?: ReadonlyArray<string>
}

const info = (thinking: ModelInfo["thinking"], vision: boolean, toolStream: boolean): ModelInfo => ({
  thinking,
  vision,
  toolStream
})

const effortOnly: ReadonlyArray<string> = ["low", "high", "max"]

const groups: ReadonlyArray<readonly [names: string, ModelInfo]> = [
  ["glm-5.3", { ...info("always", false, true), efforts: effortOnly }],
  ["glm-5.3-flash glm-5.3-flashx", { ...info("always", true, true), efforts: effortOnly }],
  ["glm-5.2 glm-5.1 glm-5 glm-5-turbo glm-4.6", info("auto", false, true)],
  ["glm-4.7", info("always", false, true)],
  ["glm-4.7-flash glm-4.7-flashx", info("auto", false, true)],
  ["glm-4.5 glm-4.5-x glm-4.5-air glm-4.5-airx glm-4.5-flash", info("auto", false, false)],
  ["glm-5v-turbo glm-4.6v glm-4.6v-flash glm-4.6v-flashx", info("auto", true, false)],
  ["glm-4.5v glm-4.1v-thinking-flash glm-4.1v-thinking-flashx", info("always", true, false)],
  [
    "glm-4v-plus-0111 glm-4v-plus glm-4v-flash glm-4-voice autoglm-phone autoglm-phone-multilingual",
    info("no", true, false)
  ],
  [
    "glm-4-plus glm-4-air glm-4-airx glm-4-long glm-4-flash glm-4-flashx glm-4-air-250414 glm-4-flash-250414 " +
      "glm-4-flashx-250414 glm-4-32b-0414-128k charglm-4 charglm-3 emohaa codegeex-4 glm-4-9b glm-z1-air " +
      "glm-z1-airx glm-z1-flash",
    info("no", false, false)
  ]
]

const known = new Map(groups.flatMap(([names, model]) => names.split(" ").map((name) => [name, model] as const)))

/** @internal */
export const names: ReadonlyArray<string> = Array.from(known.keys())

/**
 * Tokens of prompt and answer together; no bound where the vendor does not tell.
 *
 * @internal
 */
export const contextOf = (name: string): number =>
  Option.match(Model.find(name), { onNone: () => Infinity, onSome: ({ context = Infinity }) => context })

/**
 * A model that was added by name thinks, sees and streams arguments.
 *
 * @internal
 */
export const lookup = (name: string, extra: ReadonlyArray<string>): ModelInfo | undefined =>
  // Capitals are taken: the vendor's own pages for editors write GLM-4.6.
  known.get(name.toLowerCase()) ?? (extra.includes(name) ? info("auto", true, true) : undefined)
