import { useSyncExternalStore } from 'react'

/** A value that outlives the components that show it: a panel's component ends when another panel opens. */
export function createStore(value) {
  const listeners = new Set()
  const subscribe = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const get = () => value
  const set = (next) => {
    value = next
    listeners.forEach((listener) => listener())
  }
  return { get, set, use: () => useSyncExternalStore(subscribe, get) }
}
