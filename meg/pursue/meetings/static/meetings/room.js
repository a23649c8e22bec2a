// The room from the keyboard. Each key follows a link that stands on the page: without this file the links are there.
// Escape leaves a field; Control or Command with Enter sends the form one is in. What was typed is kept before the page is left.
const typing = element => element.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]')
const changed = new Set()
const words = form => new URLSearchParams(new FormData(form))

async function keep () {
  for (const form of [...changed]) {
    const ticket = form.querySelector('input[data-draft]')
    const answer = await fetch(ticket.dataset.draft, { method: 'POST', body: words(form), redirect: 'manual' })
    if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error('Not kept')
    changed.delete(form)
  }
}

function near (link) {
  const there = link.hash && link.pathname === window.location.pathname ? document.querySelector(link.hash) : null
  if (!there) return false
  const field = there.querySelector('input:checked, input:not([type=hidden]), select, textarea') || there
  there.scrollIntoView({ block: 'start' })
  field.focus()
  return true
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[href]')
  if (!link || !changed.size || link.hash && link.pathname === window.location.pathname || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  keep().then(() => { window.location = link.href }).catch(() => {
    document.querySelectorAll('[data-draft-status] strong').forEach(line => { line.textContent = 'Not saved. Keep this page open.' })
  })
})

document.addEventListener('keydown', event => {
  const field = event.target
  if (event.key === 'Escape' && field !== document.body) return field.blur()
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && field.form) return field.form.requestSubmit()
  if (event.ctrlKey || event.metaKey || event.altKey || typing(field)) return
  const arrows = field.matches('input[type=radio]') ? {} : { ArrowRight: 'j', ArrowLeft: 'k' }
  const link = document.querySelector(`a[data-key="${CSS.escape(arrows[event.key] || event.key)}"]`)
  if (!link) return
  event.preventDefault()
  if (!near(link)) link.click()
})

document.querySelectorAll('form').forEach(form => {
  if (!form.querySelector('input[data-draft]')) return
  form.addEventListener('input', () => changed.add(form))
  form.addEventListener('submit', () => changed.delete(form))
})
window.addEventListener('pagehide', () => {
  for (const form of changed) navigator.sendBeacon(form.querySelector('input[data-draft]').dataset.draft, words(form))
})
