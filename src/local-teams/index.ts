import { type LocalTeamsOptions, type RunningLocalTeams } from './options';
import { startServer } from './server';

export { InvalidSettingError, LocalTeamsError, PagePartMissingError, PortInUseError, StateFileError } from './errors';
export { type LocalTeamsOptions, type OfferedCommand, type RunningLocalTeams, type ServedRequest } from './options';

/**
 * Starts a chat page that looks like Teams, with a Bot Connector double behind it.
 *
 * @throws PortInUseError, InvalidSettingError, StateFileError, PagePartMissingError
 */
export async function startLocalTeams(options: LocalTeamsOptions): Promise<RunningLocalTeams> {
  return startServer(options);
}
