const ORDER = [
  'bookings-of-a-day',
  'follow-bookings',
  'confirm-booking',
  'decline-booking',
  'reschedule-booking',
  'complete-booking',
  'mark-no-show',
  'block-a-day',
  'rotate-calendar',
  'update-studio',
  'create-resource',
  'create-service',
  'studio-settings',
  'pending-members',
  'approve-member',
  'reject-member',
  'unused-pictures',
  'categories',
  'publish-design',
  'find-designs',
  'follow-designs',
  'archive-design',
  'create-category',
  'specifications',
  'add-specification',
  'try-change',
  'change-specification',
  'create-item',
  'find-items',
  'import-items',
  'change-password',
  'create-api-key',
]
const DOCUMENTS = import.meta.glob('./operations/*.graphql', { query: '?raw', import: 'default', eager: true })
const VARIABLES = import.meta.glob('./operations/*.json', { query: '?raw', import: 'default', eager: true })

/** The ready operations in the order of an admin's day: `{name, title, summary, query, variables}`. */
export const OPERATIONS = ORDER.map((name) => {
  const query = DOCUMENTS[`./operations/${name}.graphql`]
  return { name, ...introduction(query), query, variables: VARIABLES[`./operations/${name}.json`] }
})

/** What the comment at the top of a document says: its first line, and the first sentence after that. */
function introduction(query) {
  const [title, ...lines] = query.match(/^(#.*\n)+/)[0].match(/[^#\n ][^\n]*/g)
  return { title, summary: lines.join(' ').match(/^[^.]*\./)[0] }
}
