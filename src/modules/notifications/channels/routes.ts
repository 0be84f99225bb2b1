/** `/notification-channels`. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { listChannels } from '../queries.ts'
import { channelChange, channelId, channelList, channelRow, channelTest, madeChannel, newChannel } from '../schemas.ts'
import { remindAfterHours } from '../settings.ts'
import { changeChannel, createChannel, removeChannel } from './change-channels.ts'
import type { Deps } from './deps.ts'
import { toReplies } from './reply.ts'
import { testChannel } from './test-channel.ts'

const tags = ['notifications']
const write = { permission: 'notifications:write' }

export const channelRoutes =
  (deps: Deps) =>
  (http: Http): void => {
    const { database } = deps
    http.get(
      '/notification-channels',
      {
        config: { permission: 'notifications:read' },
        schema: { tags, summary: 'Who is told about alerts', response: { 200: channelList } },
      },
      async (request) =>
        database.tenantTx(contextOf(request), async (tx) => {
          const { channels, timeZone } = await toReplies(tx, await tx.rows(listChannels, undefined))
          const hours = await readSetting(tx, remindAfterHours)
          return { channels, time_zone: timeZone, remind_after_hours: hours, mail: deps.mailDeliverable }
        }),
    )

    http.post(
      '/notification-channels',
      {
        config: { ...write, idempotency: 'secret' },
        schema: {
          tags,
          summary: 'Tell somebody else about alerts',
          body: newChannel,
          response: { 201: madeChannel },
        },
      },
      async (request, reply) => {
        const ctx = contextOf(request)
        const { channel, secret } = await createChannel(deps, ctx, request.body)
        const { channels } = await database.tenantTx(ctx, (tx) => toReplies(tx, [channel]))
        return reply.status(201).send({ ...channels[0]!, secret })
      },
    )

    http.patch(
      '/notification-channels/:id',
      {
        config: write,
        schema: {
          tags,
          summary: 'Change a channel; what is left out stays',
          params: channelId,
          body: channelChange,
          response: { 200: channelRow },
        },
      },
      async (request) => {
        const ctx = contextOf(request)
        const channel = await changeChannel(deps, ctx, request.params.id, request.body)
        return database.tenantTx(ctx, async (tx) => (await toReplies(tx, [channel])).channels[0]!)
      },
    )

    http.delete(
      '/notification-channels/:id',
      {
        config: write,
        schema: {
          tags,
          summary: 'Tell them no more; its secret is erased',
          params: channelId,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await removeChannel(deps, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )

    http.post(
      '/notification-channels/:id/test',
      {
        config: { ...write, idempotency: 'replay' },
        schema: {
          tags,
          summary: 'Send a test now; the reply is what the other side answered',
          params: channelId,
          response: { 200: channelTest },
        },
      },
      async (request) => {
        const { ok, steps } = await testChannel(deps, contextOf(request), request.params.id)
        return { ok, steps: [...steps] }
      },
    )
  }
