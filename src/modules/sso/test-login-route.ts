/** `POST /auth/test-login`: signs anybody in by address. Exists only where the configuration allows it, which is never production. */
import { Problem } from '#kernel/errors/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { signInReply } from '#modules/people/schemas.ts'
import type { Deps } from './deps.ts'
import { accountDisabled, noAccount } from './problems.ts'
import { testLogin } from './schemas.ts'

export const testLoginRoute =
  ({ database, people }: Deps) =>
  (http: Http): void => {
    http.post(
      '/auth/test-login',
      {
        config: { public: 'for tests; the configuration refuses it elsewhere', limit: 'sign-in' },
        schema: { hide: true, body: testLogin, response: { 200: signInReply } },
      },
      async (request, reply) => {
        const { email, transport } = request.body
        if (transport === 'cookie') people.requireSameOrigin(request)
        const person = await database.platformTx('test login', (tx) => people.byEmail(tx, email))
        if (!person) throw new Problem(noAccount, 'Nobody here has this address.')
        if (person.status !== 'active') throw new Problem(accountDisabled, 'The person is disabled.')
        return people.signIn(request, reply, person, { method: 'test', secondFactor: true, transport })
      },
    )
  }
