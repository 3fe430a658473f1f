import { useSyncExternalStore } from 'react';
import { socket } from '../api/client';

type SocketStatus = 'connecting' | 'connected';

let status: SocketStatus = 'connecting';

function subscribe(listener: () => void): () => void {
  const change = (next: SocketStatus) => () => {
    status = next;
    listener();
  };
  const ends = [socket.on('connected', change('connected')), socket.on('closed', change('connecting'))];
  return () => {
    for (const end of ends) end();
  };
}

/** Whether changes are told at the moment. */
export function useSocketStatus(): SocketStatus {
  return useSyncExternalStore(subscribe, () => status);
}
