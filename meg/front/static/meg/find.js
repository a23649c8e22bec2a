// The '/' key goes to the search box, unless something is being typed.
const box = document.getElementById('find')
document.addEventListener('keydown', event => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]')
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  box.focus()
})
