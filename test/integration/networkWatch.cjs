// Loaded into a process with --require: refuses every way out to the network that Node has, and records each attempt as a
// line of JSON in the file that PADDOCK_NETWORK_RECORD names. Pipes between processes on this machine stay open.
const dgram = require('node:dgram');
const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');

function record(way, to) {
  const line = `${JSON.stringify({ pid: process.pid, way, to: String(to) })}\n`;
  fs.appendFileSync(process.env.PADDOCK_NETWORK_RECORD, line);
}

function refusal(to) {
  return Object.assign(new Error(`Refused by the network watch: ${to}`), { code: 'ECONNREFUSED' });
}

/** An object with a path stands for a pipe; numbers and objects with a port stand for the network. */
function target(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    return first.path && first.port === undefined ? undefined : `${first.host ?? 'localhost'}:${first.port}`;
  }
  const isPipe = typeof first === 'string' && Number.isNaN(Number(first));
  return isPipe ? undefined : `${typeof second === 'string' ? second : 'localhost'}:${first}`;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const to = target(args);
  if (to === undefined) return connect.apply(this, args);
  record('connect', to);
  process.nextTick(() => this.destroy(refusal(to)));
  return this;
};

const lookups = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveSrv', 'resolveTxt', 'reverse'];
for (const name of lookups) {
  dns[name] = (host, ...rest) => {
    record('lookup', host);
    process.nextTick(rest.at(-1), refusal(host));
  };
  if (!(name in dns.promises)) continue;
  dns.promises[name] = (host) => {
    record('lookup', host);
    return Promise.reject(refusal(host));
  };
}

dgram.Socket.prototype.send = (...args) => {
  record('datagram', args.find((arg) => typeof arg === 'string' && arg.includes('.')) ?? '');
  const callback = args.at(-1);
  if (typeof callback === 'function') process.nextTick(callback, refusal('a datagram'));
};
dgram.Socket.prototype.connect = dgram.Socket.prototype.send;

globalThis.fetch = (resource) => {
  const to = typeof resource === 'string' || resource instanceof URL ? String(resource) : resource.url;
  record('fetch', to);
  return Promise.reject(refusal(to));
};
globalThis.WebSocket = class {
  constructor(to) {
    record('connect', to);
    throw refusal(to);
  }
};

record('watching', '');
