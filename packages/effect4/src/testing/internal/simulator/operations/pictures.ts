// Generated from packages/testing/src/internal/simulator/operations/pictures.ts by scripts/effect4: change that file.
/**
 * The smallest files that are what they say: a PNG of one colour, and an MP4 without tracks.
 */
import { crc32, deflateSync } from "node:zlib"

const box = (type: string, ...contents: ReadonlyArray<Buffer>): Buffer => {
  const content = Buffer.concat(contents)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, "latin1")
  return Buffer.concat([head, content])
}

const chunk = (type: string, content: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content])
  const size = Buffer.alloc(4)
  const check = Buffer.alloc(4)
  size.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([size, named, check])
}

/** A PNG of one colour that holds a text. @internal */
export const png = (width: number, height: number, colour: number, text: string): Uint8Array => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  // One bit a pixel, of a palette of one colour.
  header[8] = 1
  header[9] = 3
  const palette = Buffer.from([(colour >> 16) & 255, (colour >> 8) & 255, colour & 255])
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)))
  const words = Buffer.concat([Buffer.from("prompt\0\0\0\0\0", "latin1"), Buffer.from(text, "utf8")])
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("iTXt", words),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/** An MP4 that lasts so many seconds and shows nothing. @internal */
export const mp4 = (seconds: number, text: string): Uint8Array => {
  const movie = Buffer.alloc(100)
  movie.writeUInt32BE(1000, 12)
  movie.writeUInt32BE(seconds * 1000, 16)
  movie.writeUInt32BE(0x00010000, 20)
  movie.writeUInt16BE(0x0100, 24)
  movie.writeUInt32BE(0x00010000, 36)
  movie.writeUInt32BE(0x00010000, 52)
  movie.writeUInt32BE(0x40000000, 68)
  movie.writeUInt32BE(2, 96)
  return Buffer.concat([
    box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2mp41", "latin1")),
    box("moov", box("mvhd", movie)),
    box("free", Buffer.from(text, "utf8"))
  ])
}
