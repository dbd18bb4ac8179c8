const namespace = 'http://www.w3.org/2000/svg'
const width = 960
const height = 220
const period = 12.42

/** Metres above chart datum at an hour of the day; a simple semi-diurnal tide. */
export function tideAt(hour: number): number {
  return 2.4 + 1.8 * Math.cos(((hour - 3.2) / period) * 2 * Math.PI)
}

export function drawTideChart(now: Date): SVGSVGElement {
  const points = Array.from({ length: 97 }, (_, index) => place(index / 4))
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', 'Height of the tide over the day')
  const { x, y } = place(now.getHours() + now.getMinutes() / 60)
  svg.innerHTML = `
    <path class="water" d="M0 ${height} L${points.map((point) => `${point.x} ${point.y}`).join(' L')} L${width} ${height} Z" />
    <circle cx="${x}" cy="${y}" r="7" />`
  return svg
}

function place(hour: number): { x: number; y: number } {
  return { x: Math.round((hour / 24) * width), y: Math.round(height - (tideAt(hour) / 4.6) * height) }
}
