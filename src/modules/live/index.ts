import type { Database } from '#kernel/database/index.ts'
import { defineModule } from '#kernel/module.ts'
import { liveRoutes } from './routes.ts'
import { topicBoard } from './topic-board.ts'

export type LivePort = {
  /** Calls back when anybody's rights changed anywhere, and when some of those calls may have been missed. */
  onRightsChanged(heard: () => void): void
}

export const live = defineModule({
  name: 'live',
  migrations: new URL('./migrations/', import.meta.url),
  start: ({ database }: { database: Database }) => {
    const board = topicBoard(database)
    const port: LivePort = {
      onRightsChanged: (heard) => void database.listen('daytwo_rights', heard).catch(() => undefined),
    }
    return { port, routes: liveRoutes(board) }
  },
})
