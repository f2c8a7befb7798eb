import { type LocalTeamsOptions, type RunningLocalTeams } from './index';
import { InvalidSettingError } from './errors';
export async function startServer(_options: LocalTeamsOptions): Promise<RunningLocalTeams> {
  return Promise.reject(new InvalidSettingError('Not there yet.'));
}
