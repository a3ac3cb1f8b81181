/** Text from bytes of files and pipes: UTF-8, or UTF-16 with a byte order mark. Pure. */

/** @internal */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be"

/** The encoding that a byte order mark of UTF-16 tells. @internal */
export const byteOrderMark = (head: Uint8Array): Encoding | undefined => {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le"
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined
}

/** @internal */
export interface Read {
  /** Without a byte order mark. */
  readonly text: string
  /** Else `text` has U+FFFD for what is none. */
  readonly isWhole: boolean
}

/** @internal */
export const read = (bytes: Uint8Array, encoding: Encoding = byteOrderMark(bytes) ?? "utf-8"): Read => {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), isWhole: true }
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), isWhole: false }
  }
}

/** The text of bytes; `undefined` where they are none. @internal */
export const decode = (bytes: Uint8Array, encoding?: Encoding): string | undefined => {
  const { isWhole, text } = read(bytes, encoding)
  return isWhole && !text.includes("\0") ? text : undefined
}
