/** The environment for programs we start: our own, without the names that would steer them. */
export const childEnvironment = (
  without: RegExp,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !without.test(name))),
  ...extra,
})
