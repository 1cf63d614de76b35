// The few things that the page does with elements.

/** The element with `id`, which the page has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** A new element, with attributes and what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** Writes only what has changed: else each frame would be a change to a screen reader. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** See {@link setText}. */
export function setLabel(element: HTMLElement, label: string): void {
  if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
}

/** Squares: of `size` of them the first `full` are filled; `extra` circles stand behind them. */
export function showCells(element: HTMLElement, size: number, full: number, extra: number): void {
  const classes = [
    ...Array.from({ length: size }, (_, i) => (i < full ? "full" : "")),
    ...Array.from({ length: extra }, () => "extra"),
  ];
  while (element.children.length < classes.length) element.append(make("i", {}));
  while (element.children.length > classes.length) element.lastElementChild?.remove();
  classes.forEach((name, i) => {
    const cell = element.children[i] as HTMLElement;
    if (cell.className !== name) cell.className = name;
  });
}
