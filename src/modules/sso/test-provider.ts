/** A real, certified identity provider on loopback, signed in to as a person would: by its own pages. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import type Provider from 'oidc-provider'
import type { ClientMetadata } from 'oidc-provider'

type Account = Record<string, unknown> & { sub?: string }

export async function startProvider(redirectUri: string, client: { id: string; secret: string }) {
  // It warns about what is meant for development, which this is.
  const { warn } = console
  console.warn = console.info = () => undefined
  const { Provider: Made } = await import('oidc-provider')
  const accounts = new Map<string, Account>()
  const server = createServer((request, response) => void provider.callback()(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const registered: ClientMetadata = {
    client_id: client.id,
    client_secret: client.secret,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }
  const provider: Provider = new Made(issuer, {
    clients: [registered],
    cookies: { keys: ['a key of the tests'] },
    claims: {
      openid: ['sub', 'amr', '_claim_names', '_claim_sources'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    scopes: ['openid', 'email', 'profile', 'groups'],
    findAccount: (_, id) => {
      const account = accounts.get(id)
      return account && { accountId: id, claims: async () => ({ sub: id, ...account }) }
    },
  })
  provider.on('server_error', (_, error) => warn(error))
  console.warn = warn

  return {
    issuer,
    provider,
    accounts,
    /** Goes through its pages as `account` and returns where its last page sends the browser. */
    async agree(authorize: string, account: string): Promise<URL> {
      const jar = new Map<string, string>()
      let url = authorize
      let form: URLSearchParams | undefined
      for (let step = 0; step < 12; step++) {
        if (url.startsWith(redirectUri)) return new URL(url)
        const response = await fetch(url, {
          redirect: 'manual',
          headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(form ? { method: 'POST', body: form } : {}),
        })
        for (const line of response.headers.getSetCookie()) {
          const [name, value] = line.split(';', 1)[0]!.split('=')
          if (value === '') jar.delete(name!)
          else jar.set(name!, value!)
        }
        const page = await response.text()
        const location = response.headers.get('location')
        form = undefined
        if (location) url = new URL(location, url).href
        else {
          const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
          if (!prompt) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`)
          form = new URLSearchParams({ prompt, login: account, password: 'any' })
        }
      }
      throw new Error('the provider leads in circles')
    },
  }
}
