/** Headers that tell a browser what this server's replies may do. */
import helmet from '@fastify/helmet'
import type { Http } from './server.ts'

/** What a reply may do that states nothing else: nothing. Pages state their own policy, with a nonce where they have inline parts. */
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const noDevices =
  'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()'

/** Set on every reply before its route runs, which may put its own policy in place. */
export const replyHeaders = { 'content-security-policy': nothing, 'permissions-policy': noDevices }

/** CORS stays closed by saying nothing of it. HSTS only in production, where there is HTTPS in front. */
export async function securityHeaders(http: Http, production: boolean): Promise<void> {
  await http.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    hsts: production ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
  })
}
