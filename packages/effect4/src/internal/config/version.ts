// Generated from packages/client/src/internal/config/version.ts by scripts/effect4: change that file.
/** The version that the User-Agent tells; a test holds it equal to package.json. @internal */
export const version = "0.1.0"
