// The modules of packages/effect4/src that are not generated, because the editions differ in them by more than names. Each has a
// sister of the same path in an Effect 3 package: whoever changes the one looks at the other.
export const handwritten = [
  {
    file: "internal/schema/wire.ts",
    why: "Effect 4 has no second argument of Struct, no optionalWith and no transform of two Schemas"
  },
  {
    file: "api/internal/wire.ts",
    why: "the same Schemas as in internal/schema/wire.ts, which is of the same package here"
  },
  {
    file: "internal/schema/jsonSchema.ts",
    why: "JSON Schemas of Effect 4 have another shape, and allow what the service does not take"
  },
  {
    file: "internal/objects/mismatch.ts",
    why: "issues of Effect 4 form another tree, and do not hold the value"
  },
  {
    file: "internal/call/schedules.ts",
    why: "a Schedule of Effect 4 is a function of pulls, without initial state and decisions"
  },
  {
    file: "internal/streaming/handoff.ts",
    why: "hot: a pull of Effect 4 is a callback, so that the end of a stream and a batch come by the same one"
  },
  {
    file: "internal/streaming/emitting.ts",
    why: "a Channel of Effect 4 is a function of pulls, whose end is a failure"
  },
  {
    file: "ai/internal/errors.ts",
    why: "an AiError of Effect 4 has one of seventeen reasons, where there were six errors"
  },
  {
    file: "ai/ZhipuEmbeddingModel.ts",
    why: "an EmbeddingModel of Effect 4 gathers texts by itself, knows no largest batch and no cache, and answers with the usage"
  },
  {
    file: "internal/telemetry/metrics.ts",
    why: "metrics of Effect 4 have attributes in place of labels, and are told amounts with a context"
  }
]
