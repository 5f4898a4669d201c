import { beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';

describe('privacy', () => {
  let backend: FakeBackend;
  let desk: Desk;
  beforeEach(async () => {
    backend = new FakeBackend('finished');
    desk = new Desk(backend);
    await desk.open();
  });

  it('turns the switch in Go at once, not with the settings', async () => {
    desk.setLocalOnly(true);
    expect(backend.border.view.localOnly).toBe(true);
    await vi.waitFor(() => expect(desk.privacy.view.localOnly).toBe(true));
    expect(desk.settings.view.localOnly).toBe(true);
  });

  it('follows a switch that was turned elsewhere', () => {
    void backend.privacy.setLocalOnly(true);
    expect(desk.settings.view.localOnly).toBe(true);
    expect(desk.lineup.seats.some((seat) => seat.state === 'locked')).toBe(true);
  });

  it('shows the switch as it is when Go refuses to turn it', async () => {
    backend.border.view = { ...backend.border.view, localOnly: true, forced: true };
    await desk.privacy.load();
    backend.privacy.setLocalOnly = () => Promise.reject(new AppError({ code: 'invalid', message: 'Started with --local-only.' }));
    desk.setLocalOnly(false);
    await vi.waitFor(() => expect(desk.settings.view.localOnly).toBe(true));
  });

  it('keeps the list of own hosts, and says why a host is refused', async () => {
    expect(await desk.privacy.add(' GPU.lan ')).toBe(true);
    expect(desk.privacy.view.hosts).toEqual(['gpu.lan']);
    expect(await desk.privacy.add('http://gpu')).toBe(false);
    expect(desk.privacy.problem?.message).toMatch(/without http/);
    expect(await desk.privacy.remove('gpu.lan')).toBe(true);
    expect(desk.privacy.view.hosts).toEqual([]);
  });

  it('locks what leaves while the prompt is marked sensitive, and sends the mark', () => {
    desk.draft.text = 'Secret?';
    expect(desk.lineup.ready.some((seat) => seat.place === 'cloud')).toBe(true);
    desk.draft.sensitive = true;
    expect(desk.lineup.ready.some((seat) => seat.place === 'cloud')).toBe(false);
    expect(desk.draft.request()).toMatchObject({ sensitive: true, unmark: false });
  });

  it('asks to lift the mark only where the user took it off what comes from a marked one', () => {
    desk.draft.origin = { parentId: 'x', relation: 'rerun', baseRunId: '', prompt: 'Secret?', models: [], sensitive: true };
    desk.draft.sensitive = true;
    expect(desk.draft.request()).toMatchObject({ sensitive: true, unmark: false });
    desk.draft.sensitive = false;
    expect(desk.draft.request()).toMatchObject({ sensitive: false, unmark: true });
  });
});
