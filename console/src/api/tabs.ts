/** The tabs of one browser share one session: what happens to it in one, the others learn. */

/** `signed-out`: the session ended. `changed`: somebody signed in, the session moved to another tenant, or may do more. */
type News = 'signed-out' | 'changed'

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('daytwo.session') : null

/** Tells the other tabs. */
export const tellTabs = (news: News): void => channel?.postMessage(news)

/** Calls `react` with what another tab told; returns how to stop. */
export function onTabNews(react: (news: News) => void): () => void {
  const listen = ({ data }: MessageEvent<News>) => react(data)
  channel?.addEventListener('message', listen)
  return () => channel?.removeEventListener('message', listen)
}
