import type { Company } from './company';
import { readScenario, type Scenario } from './scenario/scenario';
import file from './scenarios/contoso.json';

/** The scenario that is played when none is given, read like any other. All of it is invented. */
export const contosoScenario: Scenario = readScenario(file);

/** The company that the simulator serves when none is given. */
export const contoso: Company = contosoScenario.company;
