/**
 * Which `Host` a local server answers to. A page of the web can have its own name resolve to this machine (DNS rebinding)
 * and would then read what the server says, as it comes from the page's own origin; but its requests carry that name.
 */
import { isIP } from "node:net"

/**
 * Addresses, `localhost`, and what `--host` says. A request without the header is of no browser.
 *
 * @internal
 */
export const accepted =
  (given: string) =>
  (header: string): boolean => {
    const name = header
      .replace(/:\d*$/, "")
      .replace(/^\[(.*)\]$/, "$1")
      .toLowerCase()
      .replace(/\.$/, "")
    return (
      name === "" ||
      isIP(name) !== 0 ||
      name === "localhost" ||
      name.endsWith(".localhost") ||
      name === given.toLowerCase()
    )
  }
