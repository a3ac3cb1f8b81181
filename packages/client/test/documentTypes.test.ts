/** The types of the protocol, held equal to what the Schemas of the wire decode to: the compiler makes this test. */
import { expectTypeOf, it } from "@effect/vitest"
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatRequest,
  ChunkEvent,
  Message,
  Tool,
  ZhipuError
} from "@effect-zhipu/client"
import type { ChatCompletionChunk as Chunk } from "@effect-zhipu/protocol/internal/documents/chunk"
import type * as Events from "@effect-zhipu/protocol/internal/documents/chunkEvent"
import type * as Completions from "@effect-zhipu/protocol/internal/documents/completion"
import type * as Messages from "@effect-zhipu/protocol/internal/documents/message"
import type * as Requests from "@effect-zhipu/protocol/internal/documents/request"
import type * as Failures from "@effect-zhipu/protocol/internal/failures/failure"

/** Intersections written out, all the way down: what is the same for a reader, but not for the comparison. */
type Plain<T> =
  T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Plain<Item>>
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T

type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false

it("documents are what their Schemas decode to", () => {
  expectTypeOf<Same<typeof ChatRequest.ChatRequest.Type, Requests.ChatRequest>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof Tool.Tool.Type, Requests.Tool>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof Tool.ToolChoice.Type, Requests.ToolChoice>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof Message.Message.Type, Messages.Message>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof Message.Part.Type, Messages.Part>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof ChatCompletion.ChatCompletion.Type, Completions.ChatCompletion>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof ChatCompletionChunk.ChatCompletionChunk.Type, Chunk>>().toEqualTypeOf<true>()
  expectTypeOf<Same<typeof ChunkEvent.ChunkEvent.Type, Events.ChunkEvent>>().toEqualTypeOf<true>()
  expectTypeOf<Same<ChatCompletion.FunctionCall, Completions.FunctionCall>>().toEqualTypeOf<true>()
})

it("words of failures are those of the errors", () => {
  expectTypeOf<ZhipuError.ZhipuError["_tag"]>().toEqualTypeOf<Failures.FailureTag>()
  expectTypeOf<ZhipuError.CorruptReason>().toEqualTypeOf<Failures.CorruptReason>()
  expectTypeOf<ZhipuError.DeadlinePhase>().toEqualTypeOf<Failures.DeadlinePhase>()
})
