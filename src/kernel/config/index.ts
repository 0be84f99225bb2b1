export { type Config, ConfigError, type ConfigFault, childEnvironment, readConfig } from './config.ts'
export { type Variable, variables } from './variables.ts'
