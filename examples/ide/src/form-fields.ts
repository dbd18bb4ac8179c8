import { html, type TemplateResult } from 'lit-html'

/** More of a {@link field}. */
interface FieldOptions {
  readonly type?: 'text' | 'password' | 'url'
  /** Whether it means nothing as the other choices are. */
  readonly isOff?: boolean
  /** Shown while it is empty. */
  readonly hint?: string
  readonly title?: string
}

/** A line to type into, with its name. */
export function field(
  label: string,
  value: string,
  change: (value: string) => void,
  { type = 'text', isOff = false, hint = '', title = '' }: FieldOptions = {},
): TemplateResult {
  const onChange = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) change(event.target.value.trim())
  }
  return html`<label title=${title}><span class="label">${label}</span>
    <input type=${type} .value=${value} ?disabled=${isOff} placeholder=${hint} @change=${onChange} spellcheck="false" autocapitalize="off" autocomplete="off" /></label>`
}

/** One of a few words. */
export function select<Value extends string>(
  label: string,
  value: Value,
  values: readonly Value[],
  change: (value: Value) => void,
): TemplateResult {
  const onChange = ({ target }: Event): void => {
    const chosen = target instanceof HTMLSelectElement ? values[target.selectedIndex] : undefined
    if (chosen !== undefined) change(chosen)
  }
  return html`<label><span class="label">${label}</span>
    <select @change=${onChange}>${values.map((one) => html`<option .selected=${one === value}>${one}</option>`)}</select></label>`
}

/** One of a few ways, all of them to be seen. */
export function choice<Value extends string>(
  legend: string,
  name: string,
  value: Value,
  texts: Readonly<Record<Value, string>>,
  change: (value: Value) => void,
): TemplateResult {
  const values = Object.keys(texts) as Value[]
  return html`<fieldset class="choice"><legend>${legend}</legend>
    ${values.map(
      (one) => html`<label><input type="radio" name=${name} value=${one} .checked=${one === value}
        @change=${() => change(one)} /><span>${texts[one]}</span></label>`,
    )}</fieldset>`
}
