/**
 * Circuits by model, without a clock of their own: counts of what came lately, and who may pass. Each step is one
 * synchronous change, so that of many calls at the same moment one alone is the trial.
 */

/** A closed circuit is not mentioned. @internal */
export type State = { readonly _tag: "open"; readonly until: number } | { readonly _tag: "half-open" }

/** Requests of a call by how they ended, and how long the service asked to be left alone. @internal */
export interface Outcome {
  readonly answered: number
  readonly failed: number
  readonly askedToWait: number
}

/** Says nothing about the model. @internal */
export const neutral: Outcome = { answered: 0, failed: 0, askedToWait: 0 }

/** @internal */
export interface Pass {
  /** Tells how a call ended, or began to answer; a trial ends with the first event. Gives whether the state changed. */
  readonly settle: (outcome: Outcome, now: number) => boolean
}

/** @internal */
export type Entry =
  | { readonly _tag: "pass"; readonly pass: Pass; readonly changed: boolean }
  | { readonly _tag: "refused"; readonly waitMillis: number }

/** @internal */
export interface Options {
  readonly failureRate: number
  readonly minimum: number
  readonly windowMillis: number
  readonly cooldownMillis: number
}

interface Bucket {
  readonly since: number
  answered: number
  failed: number
}

interface Circuit {
  /** Counts by tenths of the window, the oldest first: bounded, however many calls there are. */
  buckets: ReadonlyArray<Bucket>
  state: State | undefined
  trial: boolean
}

/** @internal */
export interface Circuits {
  readonly enter: (model: string, now: number) => Entry
  /** Those that are not closed. */
  readonly states: () => ReadonlyMap<string, State>
  /** How many models are remembered. */
  readonly size: () => number
}

/** More are looked through for those that say nothing any more. */
const maxCircuits = 1000

/** @internal */
export const make = (options: Options): Circuits => {
  const circuits = new Map<string, Circuit>()
  const bucketMillis = options.windowMillis / 10

  const circuitOf = (model: string, now: number): Circuit => {
    const known = circuits.get(model)
    if (known !== undefined) return known
    if (circuits.size >= maxCircuits) forget(now)
    const circuit: Circuit = { buckets: [], state: undefined, trial: false }
    circuits.set(model, circuit)
    return circuit
  }

  /** Where the model is what a visitor says, there are ever new ones: a closed circuit that has seen nothing lately is as none. */
  const forget = (now: number): void => {
    for (const [model, { buckets, state }] of circuits) {
      const last = buckets.at(-1)
      if (state === undefined && (last === undefined || now - last.since >= options.windowMillis))
        circuits.delete(model)
    }
  }

  const open = (circuit: Circuit, { askedToWait }: Outcome, now: number): boolean => {
    circuit.state = { _tag: "open", until: now + Math.max(options.cooldownMillis, askedToWait) }
    circuit.buckets = []
    return true
  }

  const count = (circuit: Circuit, outcome: Outcome, now: number): boolean => {
    const recent = circuit.buckets.filter(({ since }) => now - since < options.windowMillis)
    const last = recent.at(-1)
    const bucket = last !== undefined && now - last.since < bucketMillis ? last : { since: now, answered: 0, failed: 0 }
    bucket.answered += outcome.answered
    bucket.failed += outcome.failed
    circuit.buckets = bucket === last ? recent : [...recent, bucket]
    const failed = circuit.buckets.reduce((sum, { failed }) => sum + failed, 0)
    const all = circuit.buckets.reduce((sum, { answered }) => sum + answered, failed)
    // What answers does not open a circuit, however bad the rate still is.
    if (outcome.failed === 0 || all < options.minimum || failed / all < options.failureRate) return false
    return open(circuit, outcome, now)
  }

  const passOf = (model: string): Pass => ({
    settle: (outcome, now) => {
      if (outcome === neutral) return false
      const circuit = circuitOf(model, now)
      // What began before the circuit opened comes too late to say anything.
      return circuit.state === undefined && count(circuit, outcome, now)
    }
  })

  /** While it runs no other call passes. After its first event it is a call like any other. */
  const trialOf = (model: string, circuit: Circuit): Pass => {
    const after = passOf(model)
    let over = false
    return {
      settle: (outcome, now) => {
        if (over) return after.settle(outcome, now)
        over = true
        circuit.trial = false
        if (outcome.failed > 0) return open(circuit, outcome, now)
        if (outcome.answered === 0) return false
        circuit.state = undefined
        circuit.buckets = []
        return true
      }
    }
  }

  return {
    size: () => circuits.size,
    enter: (model, now) => {
      const circuit = circuits.get(model)
      const state = circuit?.state
      if (circuit === undefined || state === undefined) return { _tag: "pass", pass: passOf(model), changed: false }
      if (state._tag === "open" && now < state.until) return { _tag: "refused", waitMillis: state.until - now }
      // How long the trial takes nobody knows.
      if (circuit.trial) return { _tag: "refused", waitMillis: Math.min(options.cooldownMillis, 1000) }
      circuit.trial = true
      circuit.state = { _tag: "half-open" }
      return { _tag: "pass", pass: trialOf(model, circuit), changed: state._tag !== "half-open" }
    },
    states: () =>
      new Map(
        Array.from(circuits).flatMap(([model, { state }]) => (state === undefined ? [] : [[model, state] as const]))
      )
  }
}
