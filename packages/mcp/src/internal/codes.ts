/** Codes of JSON-RPC errors that are made here, and that no server sends: the connection ended before the answer. @internal */
export const disconnectedCode = -32_098

/** The message was larger than it may be. @internal */
export const tooLargeCode = -32_097
