/**
 * Licences and known vulnerabilities of what production installs. Only a new high or critical advisory fails, and only where
 * the registry's advisory service answers; otherwise the report says that it did not.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Advisories looked at and judged harmless here, with the reason. */
const accepted: Record<string, string> = {}

type Lock = {
  packages: Record<
    string,
    { version: string; license?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }
  >
}

/** Prints the report; returns a fault, or undefined. */
export function dependencyReport(root: URL): string | undefined {
  const lock: Lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'))
  const licences = new Map<string, string[]>()
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path || entry.dev || entry.devOptional) continue
    const licence = entry.license ?? installedLicence(root, path)
    licences.set(licence, [...(licences.get(licence) ?? []), path.replace(/^.*node_modules\//, '')])
  }
  for (const [licence, names] of [...licences].sort((a, b) => b[1].length - a[1].length)) {
    const shown = names.length <= 3 ? ` (${names.join(', ')})` : ''
    console.log(`    ${String(names.length).padStart(4)} ${licence}${shown}`)
  }
  return vulnerabilities(root)
}

function installedLicence(root: URL, path: string): string {
  const file = new URL(`${path}/package.json`, root)
  if (!existsSync(file)) return 'not installed here'
  const { license } = JSON.parse(readFileSync(file, 'utf8'))
  return typeof license === 'string' && license ? license : 'not stated'
}

type Audit = {
  vulnerabilities?: Record<string, { severity: string; via: (string | { url?: string; title?: string })[] }>
  message?: string
}

function vulnerabilities(root: URL): string | undefined {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })
  let audit: Audit
  try {
    audit = JSON.parse(stdout)
  } catch {
    audit = {}
  }
  if (!audit.vulnerabilities) {
    console.log('    vulnerabilities: not checked, the registry offers no advisories here')
    return undefined
  }
  const found = Object.entries(audit.vulnerabilities)
  console.log(`    vulnerabilities: ${found.length} packages with advisories`)
  const grave = found.filter(([name, { severity }]) => ['high', 'critical'].includes(severity) && !accepted[name])
  return grave.length > 0 ? grave.map(([name, { severity }]) => `${name}: ${severity}`).join('\n') : undefined
}
