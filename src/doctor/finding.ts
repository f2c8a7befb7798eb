/** What one check found. Everything but `ok` says what to do. */
export type Finding =
  | { readonly level: 'ok'; readonly what: string }
  | { readonly level: 'warning' | 'problem'; readonly what: string; readonly todo: string }
  /** There was nothing to look at. `what` finishes the sentence "not checked: …". */
  | { readonly level: 'not checked'; readonly what: string };

/** One line of the report. */
export type Line = Finding & { readonly name: string };

/** All is well. */
export function ok(what: string): Finding {
  return { level: 'ok', what };
}

/** Confer works, but somebody should know. */
export function warning(what: string, todo: string): Finding {
  return { level: 'warning', what, todo };
}

/** Confer does not work like this. */
export function problem(what: string, todo: string): Finding {
  return { level: 'problem', what, todo };
}
