import {
  useEffect,
  useId,
  useRef,
  useState,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import './HoverCard.css';

const DELAY_MS = 250;

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

  // A finger that touches the link goes to its page.
  function point(event: PointerEvent, isOver: boolean) {
    if (event.pointerType !== 'touch') change(isOver);
  }

  useEffect(() => () => window.clearTimeout(timer.current), []);

  useEffect(() => {
    if (!isOpen || anchor.current === null) return;
    popover.current?.showPopover({ source: anchor.current });
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false);
    };
    document.addEventListener('keydown', closeOnEscape);
    return () => document.removeEventListener('keydown', closeOnEscape);
  }, [isOpen]);

  return (
    <span
      ref={anchor}
      onPointerEnter={(event) => point(event, true)}
      onPointerLeave={(event) => point(event, false)}
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
