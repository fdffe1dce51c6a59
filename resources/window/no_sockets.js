// A WebSocket that never opens: what goes through one cannot be seen, nor held back.
(() => {
  globalThis.WebSocket = class WebSocket extends EventTarget {
    static CONNECTING = 0; static OPEN = 1; static CLOSING = 2; static CLOSED = 3;
    constructor(url) { super(); this.url = String(url); this.readyState = 0; }
    send() {}
    close() { this.readyState = 3; }
  };
})();
