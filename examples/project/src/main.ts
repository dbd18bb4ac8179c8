import harbour from './assets/harbour.png'
import { lights } from './lights'
import './style.css'

const app = document.querySelector<HTMLElement>('#app')
if (app) {
  app.innerHTML = `
    <header>
      <p class="kicker">Pilot notes</p>
      <h1>Harbour Lights</h1>
      <p class="lead">Where to look, and when the water is high enough to come in.</p>
    </header>
    <img src="${harbour}" width="960" height="540" alt="A lighthouse above a calm sea at dusk" />
    <ul class="lights">
      ${lights.map(({ name, character, range }) => `<li><b>${name}</b><span>${character}</span><i>${range} nm</i></li>`).join('')}
    </ul>
    <button type="button">Show today’s tide</button>
    <section class="tide" aria-live="polite"></section>`

  app.querySelector('button')?.addEventListener('click', async (event) => {
    // The chart is a chunk of its own: it loads when someone asks for it.
    const { drawTideChart } = await import('./tide-chart')
    const section = app.querySelector('.tide')
    section?.replaceChildren(drawTideChart(new Date()))
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.hidden = true
  })
}
