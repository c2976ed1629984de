// Who looks: nothing is read or sent while nobody does.

/** Whether the page is shown and at least one of its parts wants to know. */
export class Watchers {
  constructor(private readonly onChange: (visible: boolean) => void) {
    document.addEventListener('visibilitychange', this.update);
  }

  get visible(): boolean {
    return document.visibilityState === 'visible' && this.looking.size > 0;
  }

  /** Says of one part whether it looks. */
  set(part: unknown, looks: boolean): void {
    if (looks) {
      this.looking.add(part);
    } else {
      this.looking.delete(part);
    }
    this.update();
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this.update);
  }

  private readonly update = (): void => {
    if (this.visible !== this.said) {
      this.said = this.visible;
      this.onChange(this.visible);
    }
  };

  private readonly looking = new Set<unknown>();
  private said = false;
}
