/** Words of English that were left in a Chinese text: three in a row, outside of what is quoted. */
export const inEnglish = (text: string): ReadonlyArray<string> =>
  text
    // What the service says itself, what to type, and addresses.
    .replaceAll(/原话：.*/g, "")
    .replaceAll(/(npm install|unset|set -a;|timedatectl)[^。）]*/g, "")
    .replaceAll(/https?:\/\/\S+/g, "")
    .match(/\b[A-Za-z][a-z']+(?:,? [a-z']+){2,}/g) ?? []
