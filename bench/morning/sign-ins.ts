import type { Manner } from '../chaos/faulty-server';

/** Sign-ins are the requests for a token and for an application; a server takes twelve of them at a time. */
const signIn = /(oauthtoken|webticket|\/applications)$/iu;

/** Counts how many sign-ins a meeting server has at the same time. */
export class SignIns {
  /** In all. */
  count = 0;
  most = 0;
  #underWay = 0;

  readonly manner: Manner = async (asked, serve) => {
    if (asked.method !== 'POST' || !signIn.test(asked.path)) return serve(asked);
    this.count += 1;
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    try {
      return await serve(asked);
    } finally {
      this.#underWay -= 1;
    }
  };
}
