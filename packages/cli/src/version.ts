/** The version that `--version` tells; a test holds it equal to package.json. @internal */
export const version = "0.1.0"
