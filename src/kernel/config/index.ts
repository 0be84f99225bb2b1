export { childEnvironment } from './child-environment.ts'
export { type Config, ConfigError, type ConfigFault, readConfig } from './config.ts'
export { type Variable, variables } from './variables.ts'
