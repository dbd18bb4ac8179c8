/** What an element may hold: what is empty holds nothing. */
export type Child = Node | string | number | null | undefined | false | readonly Child[]

/** Attributes by name; `undefined` and `false` leave one out, `true` makes it an empty one. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** What the page is made with. Texts become text nodes and attributes, never markup. */
export interface Dom {
  element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes?: Attributes,
    ...children: Child[]
  ): HTMLElementTagNameMap[Name]
  icon(name: string): SVGElement
  /** A link that opens elsewhere; only its text where the address is none of the web's. */
  link(url: string | null, attributes: Attributes, ...children: Child[]): HTMLElement
  /**
   * Makes one tree like another, changing only what differs: focus, selection and scroll positions stay where they are. Children
   * with `data-key` are told by it. What the user has opened stays open.
   */
  morph(current: Element, wanted: Element): void
}

/** Makes the tools. Like all functions of this folder it is sent to the page as text, so it refers to nothing outside of itself. */
export function createDom(): Dom {
  const drawings: Readonly<Record<string, string>> = {
    ship: 'M2 10h12l-2 4H4zM8 2v6H3.5z',
    external: 'M6.5 3.5H3v9.5h9.5V9.5M9 3h4v4M13 3L7.5 8.5',
    copy: 'M5.5 5.5V3h7.5v7.5h-2.5M3 5.5h7.5V13H3z',
    check: 'M3.5 8.5l3 3 6-6.5',
    branch:
      'M4.5 5.5v5M4.5 2.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3zM4.500 10.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3zM11.500 4a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3zM11.500 7c0 2.500-7 1.500-7 3.500',
    lock: 'M4 7.500h8v6H4zM5.500 7.500V5.500a2.500 2.500 0 0 1 5 0v2',
    pause: 'M5.500 3.500v9M10.500 3.500v9',
    play: 'M5 3.500l7.500 4.500L5 12.500z',
    clear: 'M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500',
    reset: 'M12.800 6.200A5.200 5.200 0 1 0 13.200 9M13 2.800v3.400H9.600',
    bolt: 'M9 1.800L3.800 9H7.500l-.6 5.200L12.200 7H8.400z',
  }

  const append = (parent: Element, child: Child): void => {
    if (child === null || child === undefined || child === false) return
    if (typeof child === 'string' || typeof child === 'number') parent.append(String(child))
    else if (child instanceof Node) parent.append(child)
    else for (const one of child) append(parent, one)
  }

  const element: Dom['element'] = (name, attributes = {}, ...children) => {
    const made = document.createElement(name)
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value === undefined || value === false) continue
      made.setAttribute(attribute, value === true ? '' : String(value))
    }
    append(made, children)
    return made
  }

  const icon: Dom['icon'] = (name) => {
    const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const attributes = { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }
    for (const [attribute, value] of Object.entries(attributes)) drawing.setAttribute(attribute, value)
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', drawings[name] ?? '')
    drawing.append(path)
    return drawing
  }

  const link: Dom['link'] = (url, attributes, ...children) => {
    if (url === null || !/^https?:\/\//i.test(url)) return element('span', attributes, children)
    return element('a', { ...attributes, href: url, target: '_blank', rel: 'noreferrer' }, children)
  }

  const keyOf = (node: Node): string | null => (node instanceof Element ? node.getAttribute('data-key') : null)

  const morphAttributes = (current: Element, wanted: Element): void => {
    for (const { name } of [...current.attributes]) {
      if (!wanted.hasAttribute(name) && name !== 'open' && name !== 'style') current.removeAttribute(name)
    }
    for (const { name, value } of wanted.attributes) {
      if (name !== 'style' && current.getAttribute(name) !== value) current.setAttribute(name, value)
    }
    // The page's policy forbids the attribute, not the property.
    if ('style' in current && 'style' in wanted) {
      const [own, other] = [current.style as CSSStyleDeclaration, wanted.style as CSSStyleDeclaration]
      if (own.cssText !== other.cssText) own.cssText = other.cssText
    }
  }

  const morph: Dom['morph'] = (current, wanted) => {
    morphAttributes(current, wanted)
    const keyed = new Map<string, Node>()
    for (const child of current.childNodes) {
      const key = keyOf(child)
      if (key !== null) keyed.set(key, child)
    }
    let place: ChildNode | null = current.firstChild
    for (const next of [...wanted.childNodes]) {
      const key = keyOf(next)
      const known: Node | null | undefined = key === null ? place : keyed.get(key)
      const fits = known && known.nodeName === next.nodeName && keyOf(known) === key
      if (!fits) {
        current.insertBefore(next, place)
        continue
      }
      if (known === place) place = place.nextSibling
      else current.insertBefore(known, place)
      if (known instanceof Element && next instanceof Element) morph(known, next)
      else if (known.nodeValue !== next.nodeValue) known.nodeValue = next.nodeValue
    }
    while (place) {
      const rest: ChildNode | null = place.nextSibling
      place.remove()
      place = rest
    }
  }

  return { element, icon, link, morph }
}
