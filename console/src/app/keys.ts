/** Keys that do something on every page. */
const name = 'daytwo.single-keys'

/** Whether single keys (`/`, `?`) do something; who dictates or has unsteady hands can turn them off (WCAG 2.1.4). */
export const singleKeys = {
  get: (): boolean => {
    try {
      return localStorage.getItem(name) !== 'off'
    } catch {
      return true
    }
  },
  set: (on: boolean): void => {
    try {
      localStorage.setItem(name, on ? 'on' : 'off')
    } catch {
      // Storage may be closed; they stay on then.
    }
  },
}

/** How the palette's keys are written on this machine. */
export const paletteKeys = /Mac|iPhone|iPad/.test(navigator.userAgent) ? ['⌘', 'K'] : ['Ctrl', 'K']
