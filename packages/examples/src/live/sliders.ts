// The sliders: what they are called, how far they go, and what they say.

import { make } from "./elements.js";
import type { Settings } from "./shop.js";

type NumberKey = Exclude<keyof Settings, "reads">;

interface Slider {
  readonly key: NumberKey;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly say: (value: number) => string;
}

const SLIDERS: readonly Slider[] = [
  { key: "rate", label: "Rate", min: 0, max: 40, step: 1, say: (n) => `${n} orders a second` },
  { key: "workers", label: "Workers", min: 1, max: 8, step: 1, say: (n) => `${n}, by resize` },
  {
    key: "queueSize",
    label: "Queue",
    min: 0,
    max: 20,
    step: 1,
    say: (n) => `${n} places, of a new pool`,
  },
  {
    key: "jobMs",
    label: "Job time",
    min: 20,
    max: 3000,
    step: 20,
    say: (n) => `${n} ms on average`,
  },
  { key: "failures", label: "Failures", min: 0, max: 100, step: 5, say: (n) => `${n} %` },
];

/** The setting of each slider; the one of the workers is also moved by the buttons. */
export class Sliders {
  readonly #inputs = new Map<NumberKey, () => void>();
  readonly #settings: Settings;

  constructor(
    parent: HTMLElement,
    settings: Settings,
    onChange: (changes: Partial<Settings>) => void,
  ) {
    this.#settings = settings;
    for (const { key, label, min, max, step, say } of SLIDERS) {
      // A screen reader has it from the slider.
      const output = make("span", { "aria-hidden": "true" });
      const range = { type: "range", id: key, min: `${min}`, max: `${max}`, step: `${step}` };
      const input = make("input", range);
      const show = (): void => {
        input.value = String(settings[key]);
        output.textContent = say(settings[key]);
        input.setAttribute("aria-valuetext", say(settings[key]));
      };
      input.addEventListener("input", () => {
        settings[key] = Number(input.value);
        show();
        onChange({ [key]: settings[key] });
      });
      show();
      this.#inputs.set(key, show);
      parent.append(
        make("div", { class: "slider" }, make("label", { for: key }, label), output, input),
      );
    }
  }

  /** Moves the slider `key` by `by`, as far as it goes; gives the new value. */
  move(key: NumberKey, by: number): number {
    const { min, max } = SLIDERS.find((slider) => slider.key === key) as Slider;
    this.#settings[key] = Math.min(max, Math.max(min, this.#settings[key] + by));
    this.#inputs.get(key)?.();
    return this.#settings[key];
  }
}
