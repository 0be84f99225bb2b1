/** The console's identity: warm paper and ink, one pine accent, system fonts, an 8-pixel rhythm. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const pine: MantineColorsTuple = [
  '#eef7f4',
  '#d9ece5',
  '#b1d8cb',
  '#86c3af',
  '#5fb096',
  '#3f9d82',
  '#267d65',
  '#1d6f59',
  '#155a48',
  '#0d4436',
]
const clay: MantineColorsTuple = [
  '#fbeeec',
  '#f6d9d5',
  '#ebb3ab',
  '#e08b80',
  '#d6685b',
  '#c94d3f',
  '#b53d30',
  '#a3352b',
  '#852a22',
  '#66201a',
]
const amber: MantineColorsTuple = [
  '#fdf6e6',
  '#faeccb',
  '#f3d898',
  '#ebc363',
  '#e2ae3a',
  '#c9921f',
  '#a97612',
  '#855400',
  '#6b4400',
  '#523400',
]
const gray: MantineColorsTuple = [
  '#f8f7f5',
  '#f1efec',
  '#e7e4df',
  '#d9d5ce',
  '#bfbab1',
  '#a29c92',
  '#7d776d',
  '#5d584f',
  '#3e3a34',
  '#23211d',
]
const dark: MantineColorsTuple = [
  '#ebe9e5',
  '#cfccc6',
  '#a8a49c',
  '#7f7b74',
  '#3b3936',
  '#302f2c',
  '#242321',
  '#1a1917',
  '#141312',
  '#0e0d0c',
]
const sans = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'

/** Mantine's theme; everything a page looks like comes from here and from the variables below. */
export const theme = createTheme({
  colors: { pine, red: clay, yellow: amber, gray, dark },
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  black: '#23211d',
  fontFamily: sans,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontFamily: sans,
    fontWeight: '600',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Code: { defaultProps: { bg: 'var(--dt-code)' } },
    // A tinted title misses WCAG AA on its own tint.
    Alert: { defaultProps: { styles: { title: { color: 'var(--mantine-color-text)' } } } },
    Button: { defaultProps: { fw: 500 } },
    Paper: { defaultProps: { radius: 'md', withBorder: true } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 200 } },
    Popover: { defaultProps: { withArrow: true, shadow: 'md', radius: 'md' } },
    Modal: { defaultProps: { centered: true, radius: 'md', closeButtonProps: { 'aria-label': 'Close' } } },
    Table: { defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'md' } },
  },
})

const levelColors = {
  light: { elite: '#1a6752', high: '#2b5f8f', medium: '#855400', low: '#a3352b' },
  dark: { elite: '#7fd0b5', high: '#93c1e9', medium: '#e6bb62', low: '#f29d93' },
}
const stageColors = { coding: '#5f87b3', pickup: '#c2923a', review: '#8d79b8', deploy: '#3f9d82' }

/** Level colours as text (`--dt-elite`), as tint (`--dt-elite-tint`) and as zone behind a plot (`--dt-elite-zone`). */
function levelVariables(scheme: 'light' | 'dark'): Record<string, string> {
  const entries = Object.entries(levelColors[scheme]).flatMap(([level, color]) => [
    [`--dt-${level}`, color],
    [`--dt-${level}-tint`, `color-mix(in srgb, ${color} ${scheme === 'light' ? 10 : 18}%, var(--dt-surface))`],
    [`--dt-${level}-zone`, `color-mix(in srgb, ${color} ${scheme === 'light' ? 9 : 14}%, transparent)`],
  ])
  return Object.fromEntries(entries)
}

/** Variables beyond Mantine's own; dimmed text is darker than its default, which misses WCAG AA. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: Object.fromEntries(Object.entries(stageColors).map(([stage, color]) => [`--dt-stage-${stage}`, color])),
  light: {
    '--mantine-color-body': '#fbfaf8',
    '--mantine-color-dimmed': gray[7],
    '--mantine-color-placeholder': gray[7],
    '--mantine-color-error': '#a3352b',
    '--mantine-color-anchor': pine[7],
    '--mantine-color-default-border': gray[3],
    '--dt-surface': '#ffffff',
    '--dt-code': gray[1],
    '--dt-skeleton': gray[1],
    '--dt-shade': 'rgb(35 33 29 / 14%)',
    '--dt-line': pine[7],
    '--dt-line-soft': gray[6],
    '--dt-grid': gray[2],
    ...levelVariables('light'),
  },
  dark: {
    '--mantine-color-body': dark[7],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-error': '#f29d93',
    '--mantine-color-anchor': pine[3],
    '--mantine-color-default-border': dark[4],
    '--dt-surface': dark[6],
    '--dt-code': dark[7],
    '--dt-skeleton': dark[5],
    '--dt-shade': 'rgb(0 0 0 / 50%)',
    '--dt-line': pine[4],
    '--dt-line-soft': dark[2],
    '--dt-grid': dark[4],
    ...levelVariables('dark'),
  },
})
