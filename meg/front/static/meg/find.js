// The '/' key goes to the page's own search, else to the search box, unless something is being typed.
const box = document.querySelector('[data-board-search]') || document.getElementById('find')
document.addEventListener('keydown', event => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]')
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  box.focus()
})
