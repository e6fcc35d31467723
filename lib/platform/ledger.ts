import type { Http, Queue, Table } from '../ports.ts';

/** What one piece of work cost: shown in the log, the summary and the benchmark. */
export interface Ledger {
  reads: number;
  writes: number;
  sends: number;
  calls: number;
}

export function newLedger(): Ledger {
  return { reads: 0, writes: 0, sends: 0, calls: 0 };
}

export function countedTable(table: Table, ledger: Ledger): Table {
  return {
    get: (key) => count(ledger, 'reads', () => table.get(key)),
    update: (key, change, expected) => count(ledger, 'writes', () => table.update(key, change, expected)),
    delete: (key, expected) => count(ledger, 'writes', () => table.delete(key, expected)),
    queryPartition: (pk, options) => count(ledger, 'reads', () => table.queryPartition(pk, options)),
    queryIndex: (index, pk, options) => count(ledger, 'reads', () => table.queryIndex(index, pk, options)),
  };
}

export function countedQueue(queue: Queue, ledger: Ledger): Queue {
  return {
    send: (name, body, options) => count(ledger, 'sends', () => queue.send(name, body, options)),
    deadLetter: (name, body, reason) => count(ledger, 'sends', () => queue.deadLetter(name, body, reason)),
    comeAgain: (name, receipt, afterMs) => count(ledger, 'sends', () => queue.comeAgain(name, receipt, afterMs)),
  };
}

export function countedHttp(http: Http, ledger: Ledger): Http {
  return { request: (request) => count(ledger, 'calls', () => http.request(request)) };
}

function count<T>(ledger: Ledger, what: keyof Ledger, work: () => Promise<T>): Promise<T> {
  ledger[what] += 1;
  return work();
}
