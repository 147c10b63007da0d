import { openReset, openVerification } from './account.js'
import { openBooking } from './booking.js'
import { element, show } from './elements.js'
import { language, say } from './texts.js'

const PAGES = { bookings: openBooking, reset: openReset, verify: openVerification }

const [page, code] = location.pathname.split('/').slice(1).map(decodeURIComponent)
const token = new URLSearchParams(location.search).get('token')
history.replaceState(null, '', location.pathname) // nobody who looks at the screen or at the history finds the token

document.documentElement.lang = language
if (token) PAGES[page](token, code)
else show(say.incomplete, element('p', {}, say.openAgain))
