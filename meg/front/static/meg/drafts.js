// Saves a form two seconds after the last key. Without JavaScript the words are kept when they are sent.
const WAIT = 2000
const clock = () => new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })

function words (form) {
  const data = new FormData(form)
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
  return new URLSearchParams(data)
}

function keep (ticket) {
  const form = ticket.form
  const line = form.querySelector('[data-draft-status]')
  let since = clock()
  let timer
  const say = (sentence, good) => {
    line.querySelector('strong').textContent = sentence
    line.querySelector('svg').classList.toggle('govuk-!-display-none', !good)
    line.classList.toggle('meg-is-over', !good)
  }
  const save = async () => {
    try {
      const answer = await fetch(ticket.dataset.draft, { method: 'POST', body: words(form), redirect: 'manual' })
      if (answer.type === 'opaqueredirect') {
        return say('You were signed out. What you typed is kept: sign in again to go on.', false)
      }
      if (!answer.ok) throw new Error('Not saved')
      since = (await answer.json()).saved
      say(`Saved as you typed, ${since}.`, true)
    } catch {
      say(`Not saved since ${since}. Keep this page open.`, false)
      timer = setTimeout(save, 10 * WAIT)
    }
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, WAIT) })
  form.addEventListener('submit', () => clearTimeout(timer))
}

document.querySelectorAll('input[data-draft]').forEach(keep)
