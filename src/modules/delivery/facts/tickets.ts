/** Ticket keys (`ABC-123`) in what people write. */
const maxKeys = 10
const maxLength = 10_000
const keyInText = /(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,9})-([1-9]\d{0,5})(?![A-Za-z0-9]|\.\d)/g
/** Branches are often lower-case; there a key stands at the start of a path segment and ends with it or before a dash. */
const keyInBranch = /(?<=^|\/)([a-z][a-z0-9]{1,9})-([1-9]\d{0,5})(?=$|[-_/])/gi

/** Look like keys and are none: standards, algorithms, releases. */
const notProjects = new Set(
  'UTF SHA ISO RFC AES RSA MD HMAC CVE CWE PEP UTC GMT TLS SSL HTTP IPV GPT COVID RELEASE HOTFIX VERSION PHASE STEP PART'.split(
    ' ',
  ),
)
const botBranch = /^(dependabot|renovate|snyk)\b/i

/** Distinct keys in upper case and sorted, at most ten: of a branch's name in either case, of texts only as Jira writes them. */
export function ticketKeys(texts: readonly string[], branch = ''): string[] {
  const found = new Set<string>()
  const collect = (where: string, shape: RegExp) => {
    for (const [, project, number] of where.slice(0, maxLength).matchAll(shape)) {
      if (found.size >= maxKeys) return
      const name = project!.toUpperCase()
      if (!notProjects.has(name)) found.add(`${name}-${number}`)
    }
  }
  if (!botBranch.test(branch)) {
    collect(branch, keyInBranch)
    collect(branch, keyInText)
  }
  for (const one of texts) collect(one, keyInText)
  return [...found].sort()
}
