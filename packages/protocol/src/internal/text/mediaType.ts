/** What kind of media some bytes are, by their first ones, and by the name of their file. Pure. */

/** `?` stands for any byte. The first that fits counts. */
const signatures: ReadonlyArray<readonly [mediaType: string, pattern: string, offset?: number]> = [
  ["image/png", "\x89PNG\r\n\x1A\n"],
  ["image/jpeg", "\xFF\xD8\xFF"],
  ["image/gif", "GIF8"],
  ["image/webp", "RIFF????WEBP"],
  ["image/bmp", "BM????\0\0\0\0"],
  ["image/tiff", "II*\0"],
  ["image/tiff", "MM\0*"],
  ["image/avif", "ftypavif", 4],
  ["image/heic", "ftyphei", 4],
  ["image/heic", "ftypmif1", 4],
  ["video/quicktime", "ftypqt", 4],
  ["audio/mp4", "ftypM4A", 4],
  ["video/mp4", "ftyp", 4],
  ["video/quicktime", "moov", 4],
  ["video/x-matroska", "\x1AE\xDF\xA3"],
  ["video/x-msvideo", "RIFF????AVI "],
  ["audio/wav", "RIFF????WAVE"],
  ["audio/mpeg", "ID3"],
  ["application/pdf", "%PDF-"],
  ["application/zip", "PK\x03\x04"],
  ["application/x-ole-storage", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"]
]

/**
 * The media type that the first bytes show.
 *
 * @internal
 */
export const ofBytes = (bytes: Uint8Array): string | undefined =>
  signatures.find(([, pattern, offset = 0]) =>
    Array.from(pattern).every(
      (character, index) => character === "?" || bytes[offset + index] === character.charCodeAt(0)
    )
  )?.[0]

const office = "application/vnd.openxmlformats-officedocument."

const extensions: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  avif: "image/avif",
  heic: "image/heic",
  mp4: "video/mp4",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  avi: "video/x-msvideo",
  webm: "video/webm",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  jsonl: "application/jsonl",
  doc: "application/msword",
  docx: `${office}wordprocessingml.document`,
  xls: "application/vnd.ms-excel",
  xlsx: `${office}spreadsheetml.sheet`,
  ppt: "application/vnd.ms-powerpoint",
  pptx: `${office}presentationml.presentation`
}

/**
 * The media type that the extension of a file name stands for.
 *
 * @internal
 */
export const ofName = (name: string): string | undefined => {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
  return extension !== undefined && Object.hasOwn(extensions, extension) ? extensions[extension] : undefined
}

/** Formats that are a container of another: the extension says which. */
const containers: ReadonlySet<string> = new Set(["application/zip", "application/x-ole-storage", "video/x-matroska"])

/**
 * The media type of a file: what its bytes show counts more than its name, which may be wrong, but for containers.
 *
 * @internal
 */
export const of = (bytes: Uint8Array, name: string | undefined): string | undefined => {
  const shown = ofBytes(bytes)
  const named = name === undefined ? undefined : ofName(name)
  return shown === undefined || (containers.has(shown) && named !== undefined) ? (named ?? shown) : shown
}
