// The room from the keyboard. Each key follows a link that stands on the page: without this file the links are there.
// Escape leaves a field; Control or Command with Enter sends the form one is in. What was typed is kept when the page is left.
const typing = element => element.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]')
const changed = new Set()

function follow (link) {
  const there = link.hash && link.pathname === window.location.pathname ? document.querySelector(link.hash) : null
  if (!there) return link.click()
  const field = there.querySelector('input:not([type=hidden]), select, textarea') || there
  field.focus()
  there.scrollIntoView({ block: 'start' })
}

document.addEventListener('keydown', event => {
  const field = event.target
  if (event.key === 'Escape' && field !== document.body) return field.blur()
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && field.form) return field.form.requestSubmit()
  if (event.ctrlKey || event.metaKey || event.altKey || typing(field)) return
  const arrows = field.matches('input[type=radio]') ? {} : { ArrowRight: 'j', ArrowLeft: 'k' }
  const link = document.querySelector(`a[data-key="${CSS.escape(arrows[event.key] || event.key)}"]`)
  if (!link) return
  event.preventDefault()
  follow(link)
})

document.querySelectorAll('form').forEach(form => {
  form.addEventListener('input', () => changed.add(form))
  form.addEventListener('submit', () => changed.delete(form))
})
window.addEventListener('pagehide', () => {
  for (const form of changed) {
    const ticket = form.querySelector('input[data-draft]')
    if (ticket) navigator.sendBeacon(ticket.dataset.draft, new URLSearchParams(new FormData(form)))
  }
})
