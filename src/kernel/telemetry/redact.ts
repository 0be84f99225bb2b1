/**
 * Hides values of secret-named keys at any depth. An exact list, compared without case and separators: a substring rule
 * would hide `issue.key` and `author_key`, which operators need.
 */
const secretKeys = new Set(
  `password passphrase secret token authorization cookie setcookie apikey accesstoken refreshtoken idtoken clientsecret
   privatekey appkey hmackey jwtsecret encryptionkeybase64 githubwebhooksecret jirawebhooksecret webhooksecret signature
   xhubsignature xhubsignature256 databaseurl connectionstring databasesecret setuptoken githubtoken jiraapitoken`
    .split(/\s+/)
    .filter(Boolean),
)
const maxDepth = 12

/** Lines carry the same few keys again and again. */
const judged = new Map<string, boolean>()
const maxJudged = 2000

function isSecret(key: string): boolean {
  const known = judged.get(key)
  if (known !== undefined) return known
  if (judged.size >= maxJudged) judged.clear()
  const secret = secretKeys.has(key.toLowerCase().replace(/[-_.]/g, ''))
  judged.set(key, secret)
  return secret
}

export function redact(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (depth >= maxDepth) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) out[key] = isSecret(key) ? '[redacted]' : redact(item, depth + 1)
  return out
}
