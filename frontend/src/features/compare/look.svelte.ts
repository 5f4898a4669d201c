import { type Palette, palette } from './paint';

/** What a canvas must know of the page and CSS does not tell it: the theme's colours and the screen's density. */
export class Look {
  colours = $state.raw<Palette>(palette(document.documentElement));
  ratio = $state(window.devicePixelRatio || 1);

  /** Watches as long as the component that made it lives. */
  constructor() {
    $effect(() => {
      const read = () => {
        this.colours = palette(document.documentElement);
        this.ratio = window.devicePixelRatio || 1;
      };
      read();
      const theme = new MutationObserver(read);
      theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
      const dark = matchMedia('(prefers-color-scheme: dark)');
      dark.addEventListener('change', read);
      window.addEventListener('resize', read); // also when the window moves to another screen or is zoomed
      return () => {
        theme.disconnect();
        dark.removeEventListener('change', read);
        window.removeEventListener('resize', read);
      };
    });
  }
}
