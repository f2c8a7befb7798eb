/** Colours are the page's own tokens, so that a card changes with the theme without being made again. */
const colors = {
  default: { default: 'var(--text)', subtle: 'var(--text-2)' },
  dark: { default: 'var(--text)', subtle: 'var(--text-2)' },
  light: { default: 'var(--text-3)', subtle: 'var(--text-3)' },
  accent: { default: 'var(--brand-text)', subtle: 'var(--brand-text)' },
  good: { default: 'var(--good)', subtle: 'var(--good)' },
  warning: { default: 'var(--warning)', subtle: 'var(--warning)' },
  attention: { default: 'var(--danger)', subtle: 'var(--danger)' },
};

/** @param {string} name */
const container = (name) => ({ backgroundColor: `var(--card-${name})`, foregroundColors: colors });

/** How Teams lays out Adaptive Cards. */
export const teamsHostConfig = {
  hostCapabilities: { capabilities: null },
  choiceSetInputValueSeparator: ',',
  supportsInteractivity: true,
  fontTypes: {
    default: {
      fontFamily: 'var(--font)',
      fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
    monospace: {
      fontFamily: 'var(--font-mono)',
      fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
  },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: 'var(--border)' },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: { backgroundColor: 'transparent', foregroundColors: colors },
    emphasis: container('emphasis'),
    accent: container('accent'),
    good: container('good'),
    warning: container('warning'),
    attention: container('attention'),
  },
  textBlock: { headingLevel: 3 },
  factSet: {
    title: { size: 'default', weight: 'bolder', wrap: true, maxWidth: 150 },
    value: { size: 'default', wrap: true },
    spacing: 16,
  },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: { weight: 'bolder', size: 'default', suffix: ' *', suffixColor: 'attention' },
      optionalInputs: { weight: 'bolder', size: 'default' },
    },
    errorMessage: { size: 'small', color: 'attention' },
  },
  actions: {
    maxActions: 6,
    spacing: 'large',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
  },
};
