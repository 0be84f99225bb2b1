/** Door of networks: what an address is, and which ones an operator allowed. Pure; whoever connects is `kernel/dial`. */
export { type AddressKind, kindOfAddress, parseAddress } from './addresses.ts'
export { type Allowance, isAllowed, parseAllowance, parseAllowances } from './allowances.ts'
