/** Why a chunk could not be read to its end. */
import type { CorruptReason } from "../failures/failure.js"

/** @internal */
export type ChunkProblem =
  /** It is no chunk (`MalformedFrame`, whose detail says where), none of this stream, or one that no model sends. */
  | { readonly reason: CorruptReason; readonly detail: string }
  /** It tells an error of the service; by a finish reason, that the inference failed: what came is no answer. */
  | { readonly error: unknown; readonly finishReason?: string }

/** @internal */
export const corrupt = (reason: CorruptReason, detail: string): ChunkProblem => ({ reason, detail })

/** @internal */
export const malformed = (detail: string): ChunkProblem => corrupt("MalformedFrame", detail)

/** A problem with the path to where it is. @internal */
export const at = (path: string, problem: ChunkProblem): ChunkProblem =>
  "detail" in problem && problem.reason === "MalformedFrame" ? malformed(path + problem.detail) : problem
