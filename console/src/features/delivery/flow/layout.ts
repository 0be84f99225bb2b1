/** Columns and heights of the flow page, shared by the content and its skeleton. */
export const tileColumns = { base: 1, xs: 2, lg: 4 }
export const tileHeight = 128

export const panelColumns = { base: 1, lg: 2 }
export const plotHeight = 260
export const panelHeight = 349
