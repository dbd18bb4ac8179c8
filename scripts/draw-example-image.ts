/** Draws the picture of the example project: `npx tsx scripts/draw-example-image.ts`. */
import { writeFile } from 'node:fs/promises'
import { encodePng } from './encode-png.js'

type Color = readonly [red: number, green: number, blue: number]

const width = 960
const height = 540
const horizon = 0.6
/** Samples per pixel and direction, so that edges are smooth. */
const samples = 3

const hex = (value: number): Color => [(value >> 16) & 255, (value >> 8) & 255, value & 255]
const mix = (from: Color, to: Color, share: number): Color => {
  const s = Math.min(1, Math.max(0, share))
  return [from[0] + (to[0] - from[0]) * s, from[1] + (to[1] - from[1]) * s, from[2] + (to[2] - from[2]) * s]
}
const smooth = (from: number, to: number, value: number): number => {
  const s = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return s * s * (3 - 2 * s)
}

const night = hex(0x14224c)
const dusk = hex(0x5a4b86)
const glow = hex(0xf0a077)
const sunlight = hex(0xffe2b0)
const far = hex(0x4a4379)
const near = hex(0x1c2450)
const sun = { x: 0.62, y: 0.57, radius: 0.085 }
const tower = { x: 0.24, foot: 0.545, top: 0.225, footWidth: 0.017, topWidth: 0.011 }
/** x and y run from 0 to 1; this makes distances round. */
const aspect = width / height

function sky(x: number, y: number): Color {
  const base = mix(mix(night, dusk, y / 0.36), glow, (y - 0.3) / 0.32)
  const distance = Math.hypot((x - sun.x) * aspect, y - sun.y)
  if (distance < sun.radius) return sunlight
  return mix(base, sunlight, 0.5 * Math.exp(-(distance - sun.radius) * 7))
}

function sea(x: number, y: number): Color {
  const depth = (y - horizon) / (1 - horizon)
  const base = mix(hex(0xb9748a), hex(0x131f49), depth ** 0.55)
  const ripple = Math.sin(38 * Math.log(1 + depth * 14) + 2.2 * Math.sin(x * 17 + depth * 9))
  const streak = Math.exp(-(((x - sun.x) * aspect) ** 2) / (0.003 + depth * 0.022))
  const shine = streak * smooth(-0.1, 0.5, ripple) * (1 - depth * 0.65)
  return mix(mix(base, hex(0x8d6a97), 0.14 * smooth(0.2, 1, ripple)), sunlight, shine * 0.85)
}

const farHill = (x: number): number => horizon - 0.05 - 0.035 * Math.sin(x * 5 + 1.1) - 0.012 * Math.sin(x * 17)
const nearHill = (x: number): number =>
  horizon + 0.055 - 0.14 * Math.exp(-(((x - 0.19) / 0.17) ** 2)) - 0.008 * Math.sin(x * 31) + smooth(0.34, 0.5, x) * 0.2

function lighthouse(x: number, y: number): Color | undefined {
  const side = Math.abs(x - tower.x)
  const along = (y - tower.top) / (tower.foot - tower.top)
  if (y < tower.top - 0.05 && y > tower.top - 0.09 && side < (y - tower.top + 0.09) * 0.3) return hex(0xb9434a)
  if (y >= tower.top - 0.05 && y < tower.top - 0.008 && side < 0.0085) return hex(0xfff2c4)
  if (y >= tower.top - 0.008 && y < tower.top + 0.006 && side < 0.016) return hex(0x2a2f5c)
  if (along < 0 || along > 1 || side > tower.topWidth + (tower.footWidth - tower.topWidth) * along) return undefined
  const paint = Math.floor(along * 5) % 2 === 0 ? hex(0xf3e6d6) : hex(0xc4504d)
  return mix(paint, near, 0.55 * smooth(0.004, -0.014, x - tower.x))
}

function boat(x: number, y: number): Color | undefined {
  const [dx, dy] = [(x - 0.8) * aspect, y - 0.665]
  if (dy > 0 && dy < 0.018 && Math.abs(dx) < 0.05 - dy * 0.9) return hex(0x1a1d44)
  if (dy < -0.004 && dy > -0.115 && dx > 0.003 && dx < (dy + 0.115) * 0.38) return hex(0xf7e3cb)
  if (dy < -0.004 && dy > -0.1 && dx < -0.003 && dx > -(dy + 0.1) * 0.3) return hex(0xe9b9a0)
  return undefined
}

/** Brightness of the beam: two cones from the lamp, fading with the distance. */
function beam(x: number, y: number): number {
  const [dx, dy] = [(x - tower.x) * aspect, y - (tower.top - 0.029)]
  const distance = Math.hypot(dx, dy)
  const spread = Math.abs(dy + dx * 0.1) / (0.004 + Math.abs(dx) * 0.09)
  return 0.42 * Math.exp(-distance * 1.5) * smooth(1, 0.2, spread) + 0.5 * Math.exp(-distance * 34)
}

function colorAt(x: number, y: number): Color {
  const front = lighthouse(x, y) ?? (y > nearHill(x) && x < 0.5 && y < horizon + 0.09 ? near : undefined) ?? boat(x, y)
  if (front) return front
  if (y > horizon) return sea(x, y)
  const back = y > farHill(x) ? mix(far, glow, 0.25 * smooth(0.5, 0.62, y)) : sky(x, y)
  return mix(back, hex(0xfff0c0), beam(x, y))
}

function draw(): Uint8Array {
  const pixels = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const sum = [0, 0, 0]
      for (let sample = 0; sample < samples * samples; sample++) {
        const x = (column + ((sample % samples) + 0.5) / samples) / width
        const y = (row + (Math.floor(sample / samples) + 0.5) / samples) / height
        colorAt(x, y).forEach((value, channel) => {
          sum[channel] = (sum[channel] ?? 0) + value
        })
      }
      pixels.set(
        sum.map((value) => Math.round(value / (samples * samples))),
        (row * width + column) * 3,
      )
    }
  }
  return pixels
}

const file = new URL('../examples/project/src/assets/harbour.png', import.meta.url)
await writeFile(file, encodePng(draw(), width, height))
