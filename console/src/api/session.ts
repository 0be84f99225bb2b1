/** What is done to the session itself; the other tabs of the browser are told. */
import { z } from 'zod'
import { callAuth, withAccess } from './client.ts'
import { noteAccess } from './renewal.ts'
import { tellTabs } from './tabs.ts'

/** After any way of signing in that set the cookies. */
export function noteSignedIn(): void {
  noteAccess()
  tellTabs('changed')
}

/** Ends the session, in all tabs. A fresh page follows, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  await callAuth(z.unknown(), '/sign-out', { method: 'POST', body: {} })
  tellTabs('signed-out')
  globalThis.location.assign('/sign-in')
}

/** Moves the session to another tenant; a fresh page follows, so that nothing of the former one stays in memory. */
export async function switchTenant(tenantId: string): Promise<void> {
  await withAccess(() => callAuth(z.unknown(), '/tenant', { method: 'POST', body: { tenant_id: tenantId } }))
  noteSignedIn()
  globalThis.location.assign('/')
}
