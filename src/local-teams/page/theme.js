const key = 'local-teams.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Applies the kept choice; without one the page follows the system. */
export function applyTheme() {
  const chosen = localStorage.getItem(key);
  if (chosen === null) delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

/** @returns {'light' | 'dark'} */
export function currentTheme() {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return dark.matches ? 'dark' : 'light';
}

/** Goes to the other theme; a choice equal to the system's is forgotten, so that the page follows the system again. */
export function toggleTheme() {
  const next = currentTheme() === 'dark' ? 'light' : 'dark';
  const system = dark.matches ? 'dark' : 'light';
  if (next === system) localStorage.removeItem(key);
  else localStorage.setItem(key, next);
  applyTheme();
}

/** @param {() => void} listener */
export function onSystemTheme(listener) {
  dark.addEventListener('change', listener);
}
