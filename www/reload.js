// Only while developing (`./dev serve`): loads the page again when it was built anew.
(() => {
  const connect = (again) => {
    const line = new WebSocket(new URL("/.well-known/trunk/ws", location.href.replace(/^http/, "ws")));
    line.onopen = () => again && location.reload();
    line.onmessage = ({ data }) => JSON.parse(data).type === "reload" && location.reload();
    line.onclose = () => setTimeout(() => connect(true), 5_000);
  };
  connect(false);
})();
