/** Which rules are raised, looked at again and again. */
import * as Duration from "effect/Duration"
import type { Rule } from "../Alert.js"
import type { Active, AlertChange } from "../AlertChange.js"
import type { Snapshot } from "../Snapshot.js"

interface State {
  readonly rule: Rule
  raisedAt: number | undefined
  /** Since when the value has been where it would change the state. */
  crossedAt: number | undefined
}

/** @internal */
export interface Rules {
  readonly look: (snapshot: Snapshot) => ReadonlyArray<AlertChange>
  readonly active: () => ReadonlyArray<Active>
}

/** @internal */
export const make = (rules: ReadonlyArray<Rule>): Rules => {
  const states = rules.map((rule): State => ({ rule, raisedAt: undefined, crossedAt: undefined }))

  const look = (state: State, snapshot: Snapshot): AlertChange | undefined => {
    const { rule } = state
    const { time } = snapshot
    const value = rule.value(snapshot)
    const raised = state.raisedAt !== undefined
    const crosses = raised ? value === null || value <= rule.clearBelow : value !== null && value > rule.raiseAbove
    if (!crosses) {
      state.crossedAt = undefined
      return undefined
    }
    // The clock may have been set back since.
    state.crossedAt = Math.min(state.crossedAt ?? time, time)
    const patience = raised ? rule.clearAfter : rule.raiseAfter
    if (time - state.crossedAt < Duration.toMillis(patience)) return undefined
    state.crossedAt = undefined
    state.raisedAt = raised ? undefined : time
    const { description, name } = rule
    return { _tag: raised ? "Cleared" : "Raised", name, description, time, value }
  }

  return {
    look: (snapshot) =>
      states.flatMap((state) => {
        const change = look(state, snapshot)
        return change === undefined ? [] : [change]
      }),
    active: () =>
      states.flatMap(({ raisedAt, rule: { description, name } }) =>
        raisedAt === undefined ? [] : [{ name, description, since: raisedAt }]
      )
  }
}
