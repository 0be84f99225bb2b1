/** Whether GitHub can send to this instance, as far as its address tells. Pure: a name is not looked up. */
import { kindOfAddress } from '#kernel/networks/index.ts'

export type Unreachable = 'loopback' | 'private'

const loopbackNames = /^(.*\.)?localhost$/
const loopbackAddress = /^(127(\.\d{1,3}){3}|::1|0\.0\.0\.0|::)$/
/** Names that no public name server knows. */
const innerNames = /^[^.]+$|\.(local|internal|lan|home\.arpa|intranet|corp)$/
const isAddress = (host: string) => host.includes(':') || /^\d+(\.\d+){3}$/.test(host)
const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
const isLoopback = (host: string) => loopbackNames.test(host) || loopbackAddress.test(host)

/**
 * Why the GitHub at `gitHubUrl` cannot reach `baseUrl`; null when nothing speaks against it. An Enterprise Server may be in the same
 * private network as this instance, or on the same machine.
 */
export function unreachableBecause(baseUrl: string, gitHubUrl: string): Unreachable | null {
  const [own, gitHub] = [hostOf(baseUrl), hostOf(gitHubUrl)]
  if (isLoopback(own)) return isLoopback(gitHub) ? null : 'loopback'
  const inCloud = /(^|\.)(github\.com|ghe\.com)$/.test(gitHub)
  const isPrivate = isAddress(own) ? kindOfAddress(own) !== 'public' : innerNames.test(own)
  return inCloud && isPrivate ? 'private' : null
}
