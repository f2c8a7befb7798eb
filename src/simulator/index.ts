export type { Company, DialInRegion, MeetingPolicy, Person, SeedMeeting } from './company';
export { contoso, contosoScenario } from './contoso';
export { SimulatorScenarioError, SimulatorStartError, SimulatorStateError } from './errors';
export type { TrustedIssuer } from './model/token-issuer';
export type { RequestRecord, RunningSimulator, SimulatorOptions } from './options';
export { readScenario, type Scenario } from './scenario/scenario';
export type { ScenarioFile } from './scenario/scenario-file';
export { startSimulator } from './simulator';
export { defaultSwitches, type HrefForm, type PathStyle, type Switches } from './switches';
