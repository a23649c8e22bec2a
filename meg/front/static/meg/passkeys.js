// Passkeys: asks the browser for one and sends its answer. Without JavaScript the other ways to sign in remain.
const NOT_USED = 'The passkey was not used. Try again, or choose another way.'

async function options (form) {
  if (form.dataset.passkey !== 'login') {
    return JSON.parse(document.getElementById('passkey-options').textContent)
  }
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
  if (!answer.ok) throw new Error('No answer')
  return answer.json()
}

async function ask (form) {
  const given = await options(form)
  if (form.dataset.passkey !== 'create') return window.webauthnJSON.get(given.request_options)
  const alone = form.querySelector('[name=passwordless]')?.checked
  const wanted = given.creation_options
  Object.assign(wanted.publicKey.authenticatorSelection, {
    residentKey: alone ? 'required' : 'discouraged', requireResidentKey: Boolean(alone),
    ...(alone ? { userVerification: 'required' } : {})
  })
  return window.webauthnJSON.create(wanted)
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const button = form.querySelector('[data-passkey-button]')
  const problem = form.querySelector('[data-passkey-error]')
  button.hidden = false
  button.addEventListener('click', async () => {
    problem.textContent = ''
    try {
      form.querySelector('[name=credential]').value = JSON.stringify(await ask(form))
      form.submit()
    } catch {
      problem.textContent = NOT_USED
    }
  })
}
