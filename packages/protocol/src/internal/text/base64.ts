/** Standard base64, as strings of any length. Pure. */

/** A multiple of three, so that pieces join without padding, and few enough arguments for a call. */
const piece = 0x6000

/**
 * Effect's `Encoding` takes 90 ms for a MiB, which for a video is minutes; `btoa`, which every runtime has, takes 15.
 *
 * @internal
 */
export const encode = (bytes: Uint8Array): string => {
  let out = ""
  for (let at = 0; at < bytes.length; at += piece) {
    out += btoa(String.fromCharCode(...bytes.subarray(at, at + piece)))
  }
  return out
}

/**
 * How many bytes a text stands for; `undefined` where it is no base64.
 *
 * @internal
 */
export const sizeOf = (text: string): number | undefined => {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return (text.length / 4) * 3 - (/=*$/.exec(text.slice(-2))?.[0].length ?? 0)
}

/**
 * The first bytes, up to 48.
 *
 * @internal
 */
export const head = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.slice(0, 64)), (character) => character.charCodeAt(0))
