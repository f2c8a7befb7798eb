import { Sweeper, type SweeperDeps } from '../journal/sweeper';
import type { MeetingsOfPeople } from '../meetings/personal-meetings';

/** Lets late twins of meetings be looked for, with the account each was made with. */
export function openSweeper(deps: Omit<SweeperDeps, 'removeTwins'>, people: MeetingsOfPeople): Sweeper {
  return new Sweeper({
    ...deps,
    removeTwins: async ({ personId, marker, keep }, signal) => {
      const { meetings, done } = people.borrow({ id: personId, name: '' });
      try {
        return await meetings.removeTwins(marker, keep, signal);
      } finally {
        done();
      }
    },
  });
}
