import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';
import './HoverCard.css';

const DELAY_MS = 250;
const GAP = 6;

interface HoverCardProps {
  /** The link that the card is about; gets the id of the card as its description. */
  children: (describedBy: string | undefined) => ReactElement;
  /** What the card holds; rendered only while it is open. */
  card: ReactNode;
}

/** A card with more about a link, as long as it is pointed at or has the focus. Escape closes it. */
export function HoverCard({ children, card }: HoverCardProps) {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<number>(undefined);
  const anchor = useRef<HTMLSpanElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const id = useId();

  function change(open: boolean) {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setOpen(open), DELAY_MS);
  }

  useEffect(() => () => window.clearTimeout(timer.current), []);

  useEffect(() => {
    const element = popover.current;
    if (!isOpen || !anchor.current || !element) return;
    const link = anchor.current.getBoundingClientRect();
    element.showPopover();
    const hasRoomBelow = link.bottom + GAP + element.offsetHeight <= window.innerHeight;
    const top = hasRoomBelow ? link.bottom + GAP : Math.max(GAP, link.top - GAP - element.offsetHeight);
    const left = Math.max(GAP, Math.min(link.left, window.innerWidth - element.offsetWidth - GAP));
    element.style.top = `${String(top)}px`;
    element.style.left = `${String(left)}px`;

    const close = () => setOpen(false);
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('keydown', closeOnEscape);
    document.addEventListener('scroll', close, { passive: true });
    return () => {
      document.removeEventListener('keydown', closeOnEscape);
      document.removeEventListener('scroll', close);
    };
  }, [isOpen]);

  return (
    <span
      ref={anchor}
      onPointerEnter={() => change(true)}
      onPointerLeave={() => change(false)}
      onFocus={() => change(true)}
      onBlur={() => change(false)}
    >
      {children(isOpen ? id : undefined)}
      {isOpen && (
        <div ref={popover} id={id} className="hover-card" popover="manual" role="tooltip">
          {card}
        </div>
      )}
    </span>
  );
}
