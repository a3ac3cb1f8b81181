/** How wide text is on a terminal. Pure. */

// Made when it is needed: the start of the command is shorter without.
let made: Intl.Segmenter | undefined
const segmenter = (): Intl.Segmenter => (made ??= new Intl.Segmenter(undefined, { granularity: "grapheme" }))

// Latin letters, Chinese, Japanese and Korean, and their punctuation: none of them joins another of them. The segmenter takes some
// ten microseconds for each character, which makes a long Chinese answer slow to draw.
const simple =
  "\\u0020-\\u007e\\u00ae-\\u00ff\\u2010-\\u2027\\u3000-\\u3029\\u3041-\\u3096\\u30a1-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff60"
const runs = new RegExp(`[${simple}](?=[${simple}]|$)|[${simple}]?[^${simple}]+`, "g")

/** What a reader takes for one character. @internal */
export const graphemes = (text: string): ReadonlyArray<string> => {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.split("")
  const all: Array<string> = []
  for (const run of text.match(runs) ?? []) {
    if (run.length === 1) all.push(run)
    else for (const { segment } of segmenter().segment(run)) all.push(segment)
  }
  return all
}

// East Asian Wide and Fullwidth (UAX #11), in blocks: terminals agree on these. Ambiguous characters are narrow.
const wide =
  /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1af00}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f335}\u{1f337}-\u{1f37c}\u{1f37e}-\u{1f393}\u{1f3a0}-\u{1f3ca}\u{1f3cf}-\u{1f3d3}\u{1f3e0}-\u{1f3f0}\u{1f3f4}\u{1f3f8}-\u{1f43e}\u{1f440}\u{1f442}-\u{1f4fc}\u{1f4ff}-\u{1f53d}\u{1f54b}-\u{1f54e}\u{1f550}-\u{1f567}\u{1f57a}\u{1f595}\u{1f596}\u{1f5a4}\u{1f5fb}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f6cc}\u{1f6d0}-\u{1f6d2}\u{1f6d5}-\u{1f6d7}\u{1f6dc}-\u{1f6df}\u{1f6eb}\u{1f6ec}\u{1f6f4}-\u{1f6fc}\u{1f7e0}-\u{1f7eb}\u{1f7f0}\u{1f90c}-\u{1f93a}\u{1f93c}-\u{1f945}\u{1f947}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u

// A flag, or a sign that the variation selector turns into a picture.
const picture = /^(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}\ufe0f)/u

const invisible = /^[\p{Mark}\p{Format}\p{Control}\u115f\u1160\u3164]+$/u

/** Of one grapheme: 0, 1 or 2. @internal */
export const graphemeWidth = (grapheme: string): number => {
  if (grapheme.length === 1 && grapheme >= " " && grapheme <= "~") return 1
  if (invisible.test(grapheme)) return 0
  return wide.test(grapheme) || picture.test(grapheme) ? 2 : 1
}

// Without \p{Spacing_Mark}, which takes a column of its own where a terminal counts by code points.
const weightless = /^[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Format}\p{Control}\u115f\u1160\u3164]$/u

/**
 * How wide a grapheme may be at the most. Terminals disagree about what is made of several code points (a thumb with the
 * colour of its skin, a family, Devanagari): some add these up. A line that counts so fits everywhere.
 *
 * @internal
 */
export const graphemeReach = (grapheme: string): number => {
  const width = graphemeWidth(grapheme)
  if (grapheme.length === 1) return width
  let sum = 0
  for (const point of grapheme) if (!weightless.test(point)) sum += graphemeWidth(point) || 1
  return Math.max(width, grapheme.includes("\ufe0f") ? 2 : 0, sum)
}

/** In columns, tabs not counted. @internal */
export const width = (text: string): number => {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let sum = 0
  for (const grapheme of graphemes(text)) sum += graphemeWidth(grapheme)
  return sum
}

/** Where a text ends that begins in the first column: how many rows it takes, and the column after it. @internal */
export const extent = (text: string, columns: number): { readonly rows: number; readonly column: number } => {
  let rows = 1
  let column = 0
  for (const grapheme of graphemes(text)) {
    if (grapheme === "\t") {
      // A tab never leaves the line.
      column = Math.min(columns - 1, column - (column % 8) + 8)
      continue
    }
    const size = graphemeWidth(grapheme)
    if (column + size > columns) {
      rows++
      column = 0
    }
    column += size
  }
  return { rows, column }
}
