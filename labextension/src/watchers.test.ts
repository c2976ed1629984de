import { expect, test, vi } from 'vitest';

import { Watchers } from './watchers';

function hidePage(hidden: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(
    hidden ? 'hidden' : 'visible'
  );
  document.dispatchEvent(new Event('visibilitychange'));
}

test('it is visible while one part looks and the page is shown', () => {
  const said: boolean[] = [];
  const watchers = new Watchers(visible => said.push(visible));
  watchers.set('panel', true);
  watchers.set('tab', true);
  watchers.set('panel', false);
  expect(said).toEqual([true]);
  hidePage(true);
  hidePage(false);
  expect(said).toEqual([true, false, true]);
  watchers.set('tab', false);
  expect(said).toEqual([true, false, true, false]);
  hidePage(true);
  hidePage(false);
  expect(said).toHaveLength(4);
  watchers.dispose();
});
