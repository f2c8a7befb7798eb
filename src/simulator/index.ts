export type { Company, DialInRegion, MeetingPolicy, Person, SeedMeeting } from './company';
export { contoso } from './contoso';
export { SimulatorStartError, SimulatorStateError } from './errors';
export type { TrustedIssuer } from './model/token-issuer';
export type { RequestRecord, RunningSimulator, SimulatorOptions } from './options';
export { startSimulator } from './simulator';
export { defaultSwitches, type HrefForm, type PathStyle, type Switches } from './switches';
