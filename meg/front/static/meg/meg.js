// JavaScript on top: GOV.UK Frontend's own parts. Every page works without this file.
// (The semicolon after the import is what the renaming of static files looks for.)
import { initAll } from '../govuk/govuk-frontend.min.js';
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
