/** The fake backend's switch and list of own hosts, with the rules of the real ones. */
import type { Backend, PrivacyView } from './backend';
import { AppError } from './errors';

export class FakePrivacy implements Pick<Backend, 'privacy'> {
  view: PrivacyView = { localOnly: false, forced: false, hosts: [], dataDir: '/home/you/.local/share/bakeoff' };
  /** How often the data folder was shown. */
  shown = 0;
  readonly #told: (view: PrivacyView) => void;

  constructor(told: (view: PrivacyView) => void) {
    this.#told = told;
  }

  privacy = {
    get: async () => this.view,
    setLocalOnly: async (localOnly: boolean) => this.#change({ localOnly }),
    addHost: async (host: string) => {
      if (!/^[a-z0-9._:-]+$/i.test(host) || host.includes('//')) {
        throw invalid('This is no name or address of a host. Write it without http:// and without a port, like gpu.home.arpa or 192.168.1.20.');
      }
      if (/^(localhost|127\.)/.test(host)) throw invalid('This machine itself is always allowed under Local only. List other machines of your own.');
      return this.#change({ hosts: [...this.view.hosts.filter((other) => other !== host.toLowerCase()), host.toLowerCase()] });
    },
    removeHost: async (host: string) => this.#change({ hosts: this.view.hosts.filter((other) => other !== host) }),
    openDataFolder: async () => void this.shown++,
  };

  #change(patch: Partial<PrivacyView>): PrivacyView {
    this.view = { ...this.view, ...patch };
    this.#told(this.view);
    return this.view;
  }
}

function invalid(message: string): AppError {
  return new AppError({ code: 'invalid', message });
}
