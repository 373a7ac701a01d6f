// The size of an element, which changes with the window.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export function useSize(): [{ current: HTMLDivElement | null }, { width: number; height: number }] {
  const element = useRef<HTMLDivElement>(null);
  const [size, set] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return undefined;
    const measure = (): void => {
      const [width, height] = [Math.floor(measured.clientWidth), Math.floor(measured.clientHeight)];
      set((s) => (s.width === width && s.height === height ? s : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return [element, size];
}
