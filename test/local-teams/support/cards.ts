/** A card with every input and action, for tests and for looking at. */
export function formCard(): Record<string, unknown> {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: 'New meeting',
    body: [
      { type: 'TextBlock', text: 'New meeting', size: 'large', weight: 'bolder', wrap: true, style: 'heading' },
      {
        type: 'TextBlock',
        text: 'Fill in **what you know**, change it later.',
        wrap: true,
        isSubtle: true,
        spacing: 'none',
      },
      {
        type: 'Input.Text',
        id: 'subject',
        label: 'Subject',
        placeholder: 'What is it about?',
        isRequired: true,
        errorMessage: 'A meeting needs a subject.',
        maxLength: 250,
      },
      { type: 'Input.Text', id: 'description', label: 'Description', isMultiline: true, placeholder: 'Agenda' },
      {
        type: 'ColumnSet',
        columns: [
          {
            type: 'Column',
            width: 'stretch',
            items: [{ type: 'Input.Date', id: 'day', label: 'Day', value: '2026-12-01' }],
          },
          {
            type: 'Column',
            width: 'stretch',
            items: [{ type: 'Input.Time', id: 'time', label: 'Time', value: '15:00' }],
          },
        ],
      },
      { type: 'Input.Number', id: 'people', label: 'How many people', min: 1, max: 250, value: 5 },
      {
        type: 'Input.ChoiceSet',
        id: 'lobby',
        label: 'Who waits in the lobby',
        value: 'company',
        choices: [
          { title: 'People outside the company', value: 'company' },
          { title: 'Everyone', value: 'everyone' },
          { title: 'Nobody', value: 'nobody' },
        ],
      },
      {
        type: 'Input.ChoiceSet',
        id: 'presenters',
        label: 'Who presents',
        style: 'expanded',
        value: 'me',
        choices: [
          { title: 'Only me', value: 'me' },
          { title: 'People in the company', value: 'company' },
        ],
      },
      {
        type: 'Input.ChoiceSet',
        id: 'days',
        label: 'Remind me',
        style: 'expanded',
        isMultiSelect: true,
        choices: [
          { title: 'A day before', value: '1d' },
          { title: 'Ten minutes before', value: '10m' },
        ],
      },
      { type: 'Input.Toggle', id: 'announce', label: 'Announcements', title: 'Say who comes and goes', value: 'true' },
    ],
    actions: [
      { type: 'Action.Execute', title: 'Save', verb: 'save', id: 'save', style: 'positive', data: { from: 'form' } },
      { type: 'Action.Submit', title: 'Submit', data: { kind: 'submit' } },
      { type: 'Action.Execute', title: 'Note', verb: 'note', associatedInputs: 'none' },
      { type: 'Action.Execute', title: 'Break', verb: 'break', style: 'destructive', associatedInputs: 'none' },
    ],
  };
}

/** A card that shows things: facts, rich text, dates of the reader, and the other actions. */
export function detailsCard(subject: string): Record<string, unknown> {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: subject,
    body: [
      {
        type: 'ColumnSet',
        columns: [
          {
            type: 'Column',
            width: 'stretch',
            items: [
              { type: 'TextBlock', text: subject, size: 'large', weight: 'bolder', wrap: true, style: 'heading' },
              {
                type: 'TextBlock',
                text: '{{DATE(2026-12-01T14:00:00Z, SHORT)}} at {{TIME(2026-12-01T14:00:00Z)}}',
                isSubtle: true,
                spacing: 'none',
                wrap: true,
              },
            ],
          },
          {
            type: 'Column',
            width: 'auto',
            items: [{ type: 'TextBlock', text: 'Upcoming', color: 'good', weight: 'bolder' }],
          },
        ],
      },
      {
        type: 'FactSet',
        facts: [
          { title: 'Organizer', value: 'Anna Berg' },
          { title: 'Who may come in', value: 'People in the company; others wait in the lobby' },
          { title: 'Phone', value: '[+49 30 555 0100](tel:+49305550100), conference ID 482 113' },
        ],
      },
      {
        type: 'RichTextBlock',
        inlines: [
          { type: 'TextRun', text: 'Join by link: ' },
          { type: 'TextRun', text: 'https://meet.contoso.com/anna/4R7WZ1', weight: 'bolder', color: 'accent' },
        ],
      },
      {
        type: 'Container',
        style: 'emphasis',
        items: [{ type: 'TextBlock', text: 'The **lobby** is open.', wrap: true }],
      },
      { type: 'TextBlock', id: 'more', text: 'Anna, Lukas and Petra are invited.', isVisible: false, wrap: true },
    ],
    actions: [
      { type: 'Action.OpenUrl', title: 'Join', url: 'https://meet.contoso.com/anna/4R7WZ1', style: 'positive' },
      { type: 'Action.ToggleVisibility', title: 'People', targetElements: ['more'] },
      {
        type: 'Action.ShowCard',
        title: 'Comment',
        card: {
          type: 'AdaptiveCard',
          body: [{ type: 'Input.Text', id: 'comment', label: 'Comment' }],
          actions: [{ type: 'Action.Submit', title: 'Send comment', data: { kind: 'comment' } }],
        },
      },
      { type: 'Action.Execute', title: 'Note', verb: 'note' },
    ],
  };
}

/** The part of a message that shows a card. */
export function adaptive(content: unknown): Record<string, unknown> {
  return { attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}
